package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Contestants that take turns, so that each is measured at every speed that the machine has
 * meanwhile. What is claimed of two is the median, over turns, of their ratio in the same turn.
 */
final class Turns {
  private static final String PER_S = "per_s";
  private static final List<String> FIGURES =
      List.of(
          PER_S,
          "p50_us",
          "p99_us",
          "mean_batch_rows",
          "graph_core_us_per_request",
          "compiler_core_us_per_request",
          "other_core_us_per_request");

  private final List<Contestant> contestants;
  private final Consumer<String> progress;
  private final List<List<ObjectNode>> results = new ArrayList<>();

  /** Of at least one; the others are compared with the first. */
  Turns(List<Contestant> contestants, Consumer<String> progress) {
    this.contestants = contestants;
    this.progress = progress;
    contestants.forEach(each -> results.add(new ArrayList<>()));
  }

  /** Has everybody work that long in each of so many rounds, unmeasured. */
  void warmUp(int rounds, double seconds) throws InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (Contestant contestant : contestants) {
        contestant.warmUp(seconds);
      }
      progress.accept(String.format("warm-up, round %d of %d", round, rounds));
    }
  }

  /** Measures everybody that long in each of so many rounds. */
  void measure(int rounds, double seconds) throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        results.get(i).add(contestants.get(i).turn(seconds));
      }
      progress.accept(String.format("round %d of %d", round, rounds));
    }
  }

  /** Calls of anybody that failed. */
  long failed() {
    return contestants.stream().mapToLong(Contestant::failed).sum();
  }

  /** Writes, for each contestant: every turn, the medians, and what it did of the first's. */
  void write(ArrayNode report) {
    for (int i = 0; i < contestants.size(); i++) {
      ObjectNode entry = report.addObject().put("name", contestants.get(i).name());
      List<ObjectNode> turns = results.get(i);
      for (String figure : FIGURES) {
        if (turns.stream().allMatch(turn -> turn.has(figure))) {
          entry.put(figure, median(turns.stream().mapToDouble(turn -> value(turn, figure))));
        }
      }
      double[] ratios = ratios(turns);
      entry
          .put("of_first", median(DoubleStream.of(ratios)))
          .put("of_first_least", DoubleStream.of(ratios).min().orElse(Double.NaN))
          .put("of_first_most", DoubleStream.of(ratios).max().orElse(Double.NaN));
      turns.forEach(entry.withArray("turns")::add);
    }
  }

  private double[] ratios(List<ObjectNode> turns) {
    List<ObjectNode> first = results.get(0);
    double[] ratios = new double[turns.size()];
    for (int turn = 0; turn < ratios.length; turn++) {
      ratios[turn] = value(turns.get(turn), PER_S) / value(first.get(turn), PER_S);
    }
    return ratios;
  }

  /** What was written, as a table for people. */
  static String table(JsonNode report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-28s%10s%10s%10s%8s%9s%10s%9s  %s%n",
            "medians of turns",
            "per s",
            "p50 us",
            "p99 us",
            "batch",
            "graph*",
            "compiler*",
            "beside*",
            "per s, of the first's"));
    for (JsonNode entry : report) {
      ToDoubleFunction<String> figure = name -> entry.path(name).asDouble(Double.NaN);
      text.append(
          String.format(
              Locale.ROOT,
              "%-28s%10.0f%10.0f%10.0f%8.1f%9.0f%10.0f%9.0f  %.2f (%.2f to %.2f)%n",
              entry.path("name").asText(),
              figure.applyAsDouble(PER_S),
              figure.applyAsDouble("p50_us"),
              figure.applyAsDouble("p99_us"),
              figure.applyAsDouble("mean_batch_rows"),
              figure.applyAsDouble("graph_core_us_per_request"),
              figure.applyAsDouble("compiler_core_us_per_request"),
              figure.applyAsDouble("other_core_us_per_request"),
              figure.applyAsDouble("of_first"),
              figure.applyAsDouble("of_first_least"),
              figure.applyAsDouble("of_first_most")));
    }
    return text.append("* core-microseconds of the server for a call\n").toString();
  }

  private static double value(ObjectNode turn, String figure) {
    return turn.path(figure).asDouble();
  }

  /** The middle one; of two in the middle their mean. */
  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
