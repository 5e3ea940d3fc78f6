package io.millrace.server.bench.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param elapsedNanos from the first call's start to the last one's end
 * @param answered calls with an answer, late ones included
 * @param late answers that came after their deadline
 * @param refused calls that the server had too much to do for
 * @param expired calls whose deadline passed
 * @param failed calls that failed otherwise
 * @param notSent calls that were due while as many as may be were in flight
 * @param latencies of answers in nanoseconds, from when the calls were due
 */
public record LoadResult(
    long elapsedNanos,
    long answered,
    long late,
    long refused,
    long expired,
    long failed,
    long notSent,
    Histogram latencies) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;

  /** Answers a second, late ones included. */
  public double perSecond() {
    return answered / (elapsedNanos / NANOS_PER_SECOND);
  }

  /** Answers that came within their deadline. */
  public long inTime() {
    return answered - late;
  }

  /** A percentile of the answers' latency, in microseconds. */
  public double micros(double percentile) {
    return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }

  /** Writes counts, rate and percentiles. */
  public void write(ObjectNode report) {
    report.put("seconds", elapsedNanos / NANOS_PER_SECOND);
    report.put("requests_per_s", perSecond());
    report.put("answered", answered);
    report.put("answered_late", late);
    report.put("refused", refused);
    report.put("expired", expired);
    report.put("failed_otherwise", failed);
    report.put("not_sent", notSent);
    report.put("p50_us", micros(50));
    report.put("p90_us", micros(90));
    report.put("p99_us", micros(99));
    report.put("p999_us", micros(99.9));
    report.put("max_us", latencies.getMaxValue() / NANOS_PER_MICRO);
  }
}
