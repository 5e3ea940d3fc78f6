package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.bench.load.FixedCallers;
import io.millrace.server.bench.load.FixedRate;
import io.millrace.server.bench.load.LoadClock;
import io.millrace.server.bench.load.LoadResult;
import io.millrace.server.bench.load.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Measures one server over one protocol: how much it does, and how long it takes at half of it. */
final class ServerTrial {
  private static final int MOST_IN_FLIGHT = 20_000;
  private static final double HALF = 0.5;
  private static final Duration NO_DEADLINE = Duration.ofMinutes(1);

  private final String name;
  private final Target target;
  private final ServerUsage usage;
  private final double seconds;
  private final Consumer<String> progress;
  private final ObjectNode report = new ObjectMapper().createObjectNode();
  private double best;
  private int bestCallers;
  private long failed;

  /**
   * Of that server.
   *
   * @param name says which, in progress
   * @param seconds for each load
   */
  ServerTrial(
      String name, Target target, ServerUsage usage, double seconds, Consumer<String> progress) {
    this.name = name;
    this.target = target;
    this.usage = usage;
    this.seconds = seconds;
    this.progress = progress;
  }

  /** Runs without recording, so that the server has compiled and allocated what it needs. */
  void warmUp(Target with, int callers, double warmUpSeconds) throws InterruptedException {
    LoadResult result = new FixedCallers(with, callers, LoadClock.SYSTEM).run(warmUpSeconds);
    failed += result.failed();
    progress.accept(String.format("%s, warm-up: %,.0f calls/s", name, result.perSecond()));
  }

  /** A closed loop for each number of callers. */
  void closed(List<Integer> callers) throws IOException, InterruptedException {
    ArrayNode results = report.putArray("closed");
    for (int count : callers) {
      ServerUsage.Reading before = usage.read();
      LoadResult result = new FixedCallers(target, count, LoadClock.SYSTEM).run(seconds);
      ObjectNode entry = results.addObject().put("callers", count);
      result.write(entry);
      usage.write(before, result.answered(), entry);
      failed += result.failed();
      progress.accept(
          String.format(
              "%s, %d callers: %,.0f calls/s, p50 %,.0f us, p99 %,.0f us",
              name, count, result.perSecond(), result.micros(50), result.micros(99)));
      if (result.perSecond() > best) {
        best = result.perSecond();
        bestCallers = count;
      }
    }
    report.put("best_per_s", best);
    report.put("best_callers", bestCallers);
  }

  /** Half of the best, each call when it is due. */
  void halfLoad() throws IOException, InterruptedException {
    open("half_load", best * HALF);
  }

  /** An open loop at that rate. */
  void open(String entryName, double perSecond) throws IOException, InterruptedException {
    ServerUsage.Reading before = usage.read();
    LoadResult result =
        new FixedRate(target, perSecond, MOST_IN_FLIGHT, LoadClock.SYSTEM)
            .run(seconds, NO_DEADLINE);
    ObjectNode entry = report.putObject(entryName).put("offered_per_s", perSecond);
    result.write(entry);
    usage.write(before, result.answered(), entry);
    failed += result.failed();
    progress.accept(
        String.format(
            "%s, %,.0f calls/s offered: p50 %,.0f us, p99 %,.0f us",
            name, perSecond, result.micros(50), result.micros(99)));
  }

  /** Answers a second at the best number of callers. */
  double best() {
    return best;
  }

  /** Calls that failed. */
  long failed() {
    return failed;
  }

  ObjectNode report() {
    return report;
  }
}
