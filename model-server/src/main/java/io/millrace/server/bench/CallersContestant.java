package io.millrace.server.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.bench.load.FixedCallers;
import io.millrace.server.bench.load.LoadClock;
import io.millrace.server.bench.load.LoadResult;
import io.millrace.server.bench.load.Target;
import java.io.IOException;

/** A server with so many callers, each with one call in flight. */
final class CallersContestant implements Contestant {
  private final String name;
  private final Target calls;
  private final Target brief;
  private final int callers;
  private final ServerUsage usage;
  private double perSecond;
  private long failed;

  /**
   * Of that server.
   *
   * @param calls that are measured
   * @param brief calls that cost its model little, which it compiles its code with
   * @param usage what it uses
   */
  CallersContestant(String name, Target calls, Target brief, int callers, ServerUsage usage) {
    this.name = name;
    this.calls = calls;
    this.brief = brief;
    this.callers = callers;
    this.usage = usage;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void warmUp(double seconds) throws InterruptedException {
    load(brief, seconds / 2);
    load(calls, seconds / 2);
  }

  @Override
  public ObjectNode turn(double seconds) throws IOException, InterruptedException {
    ServerUsage.Reading before = usage.read();
    LoadResult result = load(calls, seconds);
    ObjectNode turn = new ObjectMapper().createObjectNode();
    turn.put("per_s", result.perSecond());
    turn.put("p50_us", result.micros(50)).put("p99_us", result.micros(99));
    usage.write(before, result.answered(), turn);
    return turn;
  }

  private LoadResult load(Target target, double seconds) throws InterruptedException {
    LoadResult result = new FixedCallers(target, callers, LoadClock.SYSTEM).run(seconds);
    failed += result.failed();
    perSecond = result.perSecond();
    return result;
  }

  /** Answers a second in its newest turn. */
  double perSecond() {
    return perSecond;
  }

  @Override
  public long failed() {
    return failed;
  }

  /** Nothing of its own: its connections serve others, too. */
  @Override
  public void close() {}
}
