package io.millrace.standalone.measurement;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What each part of the system cost per list, in core-microseconds. */
public final class ProcessorShares {
  private static final String MODEL_SERVER = "model-server";
  private static final double NANOS_PER_MICRO = 1e3;

  private ProcessorShares() {}

  /**
   * Processor time per list beyond the model's own, by part.
   *
   * @param before processor time by part when the first event was sent
   * @param after the same when the last list had arrived
   * @param lists lists made in between; without any the result is empty
   * @param rawMicros core-microseconds of the bare model per list; taken off the model server
   */
  public static Map<String, Double> overheadMicros(
      Map<String, Duration> before, Map<String, Duration> after, long lists, double rawMicros) {
    Map<String, Double> micros = new TreeMap<>();
    if (lists == 0) {
      return micros;
    }
    after.forEach(
        (part, used) -> {
          Duration spent = used.minus(before.getOrDefault(part, Duration.ZERO));
          double perList = spent.toNanos() / NANOS_PER_MICRO / lists;
          micros.put(part, part.equals(MODEL_SERVER) ? perList - rawMicros : perList);
        });
    return micros;
  }
}
