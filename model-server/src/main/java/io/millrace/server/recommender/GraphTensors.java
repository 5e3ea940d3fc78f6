package io.millrace.server.recommender;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds the tensors of a graph that must have certain ones, and says all that is wrong with it. */
final class GraphTensors {
  /** A dimension of any size. */
  static final long ANY = -1;

  /** Stands for an optional tensor that a graph does not have. */
  static final int ABSENT = -1;

  private final String file;
  private final String what;
  private final Graph graph;
  private final List<String> differences = new ArrayList<>();

  /**
   * Of one graph.
   *
   * @param file named in failures
   * @param what the graph should be
   */
  GraphTensors(String file, String what, Graph graph) {
    this.file = file;
    this.what = what;
    this.graph = graph;
  }

  /** Where an input is. */
  int input(String name, DataType type, long... shape) {
    return find("input", graph.inputs(), name, type, shape);
  }

  /** Where an output is. */
  int output(String name, DataType type, long... shape) {
    return find("output", graph.outputs(), name, type, shape);
  }

  /** Where an output is, or {@link #ABSENT}. */
  int optionalOutput(String name, DataType type, long... shape) {
    return graph.outputs().stream().anyMatch(spec -> spec.name().equals(name))
        ? output(name, type, shape)
        : ABSENT;
  }

  /**
   * Refuses a graph in which something was not found, or that wants more inputs than these.
   *
   * @throws ModelLoadException listing every difference
   */
  void check(List<String> inputs) {
    for (TensorSpec spec : graph.inputs()) {
      if (!inputs.contains(spec.name())) {
        differences.add("input '" + spec.name() + "' is one too many");
      }
    }
    if (!differences.isEmpty()) {
      throw new ModelLoadException(
          String.format(
              "%s is not a %s that this server can serve: %s; export the bundle again",
              file, what, String.join("; ", differences)));
    }
  }

  private int find(String kind, List<TensorSpec> specs, String name, DataType type, long... shape) {
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      if (spec.name().equals(name)) {
        if (spec.type() != type || !allows(spec.shape(), shape)) {
          differences.add(
              String.format(
                  "%s '%s' is %s %s, must be %s %s",
                  kind, name, spec.type(), spec.shape(), type, Arrays.toString(shape)));
        }
        return i;
      }
    }
    differences.add(String.format("%s '%s' is missing", kind, name));
    return ABSENT;
  }

  private static boolean allows(List<Long> given, long[] wanted) {
    if (given.size() != wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] != ANY && given.get(i) != ANY && given.get(i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
