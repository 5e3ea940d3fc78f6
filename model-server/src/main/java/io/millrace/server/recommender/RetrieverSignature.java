package io.millrace.server.recommender;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.util.List;

/**
 * Where the retriever's tensors are in a graph's own order. With B rows, T history items and E
 * excluded items in all of them:
 *
 * @param itemIndex INT32 [T], oldest first within a row
 * @param eventType INT32 [T]
 * @param ageSeconds FP32 [T]
 * @param rowEnds INT32 [B], for each row the history items in it and all rows before it
 * @param profile FP32 [B, 384]
 * @param profileOn FP32 [B, 1], 1 for a row with a profile
 * @param query FP32 [B, 384]
 * @param queryOn FP32 [B, 1]
 * @param excludeIndex INT32 [E]
 * @param excludeEnds INT32 [B], as rowEnds
 * @param candidate INT32 [B, K], best first
 * @param score FP32 [B, K]
 */
public record RetrieverSignature(
    int itemIndex,
    int eventType,
    int ageSeconds,
    int rowEnds,
    int profile,
    int profileOn,
    int query,
    int queryOn,
    int excludeIndex,
    int excludeEnds,
    int candidate,
    int score) {
  private static final long ANY = -1;
  private static final int INPUTS = 10;

  /**
   * Finds the tensors of a graph.
   *
   * @param file named in failures
   * @throws ModelLoadException if the graph has another signature
   */
  public static RetrieverSignature of(Graph graph, String file) {
    Tensors in = new Tensors(file, "input", graph.inputs());
    Tensors out = new Tensors(file, "output", graph.outputs());
    long dims = FeatureSchema.VECTOR_DIMS;
    RetrieverSignature signature =
        new RetrieverSignature(
            in.find("item_index", DataType.INT32, ANY),
            in.find("event_type", DataType.INT32, ANY),
            in.find("age_s", DataType.FP32, ANY),
            in.find("row_ends", DataType.INT32, ANY),
            in.find("profile", DataType.FP32, ANY, dims),
            in.find("profile_on", DataType.FP32, ANY, 1),
            in.find("query", DataType.FP32, ANY, dims),
            in.find("query_on", DataType.FP32, ANY, 1),
            in.find("exclude_index", DataType.INT32, ANY),
            in.find("exclude_ends", DataType.INT32, ANY),
            out.find("candidate", DataType.INT32, ANY, ANY),
            out.find("score", DataType.FP32, ANY, ANY));
    if (graph.inputs().size() != INPUTS) {
      throw new ModelLoadException(
          file + ": a retriever has " + INPUTS + " inputs, this graph has " + graph.inputs());
    }
    return signature;
  }

  /** The inputs, or outputs, of one graph. */
  private record Tensors(String file, String kind, List<TensorSpec> specs) {
    int find(String name, DataType type, long... shape) {
      for (int i = 0; i < specs.size(); i++) {
        TensorSpec spec = specs.get(i);
        if (spec.name().equals(name)) {
          if (spec.type() != type || !allows(spec.shape(), shape)) {
            throw new ModelLoadException(
                String.format("%s: %s %s is not what a retriever has", file, kind, spec));
          }
          return i;
        }
      }
      throw new ModelLoadException(
          String.format("%s: no %s '%s'; export the graph as a retriever", file, kind, name));
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
}
