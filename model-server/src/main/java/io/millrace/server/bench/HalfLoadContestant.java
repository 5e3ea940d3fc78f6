package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.bench.load.FixedRate;
import io.millrace.server.bench.load.LoadClock;
import io.millrace.server.bench.load.LoadResult;
import io.millrace.server.bench.load.Target;
import java.time.Duration;

/** A server at half of what it did in the newest turn of its callers, each call when it is due. */
final class HalfLoadContestant implements Contestant {
  private static final int MOST_IN_FLIGHT = 20_000;
  private static final double HALF = 0.5;
  private static final Duration NO_DEADLINE = Duration.ofMinutes(1);

  private final CallersContestant callers;
  private final Target calls;
  private long failed;

  /** Beside those callers, who take their turn before it. */
  HalfLoadContestant(CallersContestant callers, Target calls) {
    this.callers = callers;
    this.calls = calls;
  }

  @Override
  public String name() {
    return callers.name() + ", half";
  }

  @Override
  public void warmUp(double seconds) throws InterruptedException {
    load(seconds);
  }

  @Override
  public ObjectNode turn(double seconds) throws InterruptedException {
    LoadResult result = load(seconds);
    return new ObjectMapper()
        .createObjectNode()
        .put("per_s", result.perSecond())
        .put("p50_us", result.micros(50))
        .put("p99_us", result.micros(99));
  }

  private LoadResult load(double seconds) throws InterruptedException {
    double rate = callers.perSecond() * HALF;
    LoadResult result =
        new FixedRate(calls, rate, MOST_IN_FLIGHT, LoadClock.SYSTEM).run(seconds, NO_DEADLINE);
    failed += result.failed();
    return result;
  }

  @Override
  public long failed() {
    return failed;
  }

  /** Nothing of its own: its connections are those of the callers. */
  @Override
  public void close() {}
}
