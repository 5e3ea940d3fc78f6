package io.millrace.flink.features;

import io.millrace.schemas.avro.DeadLetterReason;

/**
 * Why a record that decodes is not used.
 *
 * @param detail what was wrong, with field and value
 */
public record Refusal(DeadLetterReason reason, String detail) {

  /** A value that cannot be. */
  public static Refusal impossible(String detail) {
    return new Refusal(DeadLetterReason.IMPOSSIBLE_VALUE, detail);
  }

  static Refusal future(String field, long time, long published, long skewMillis) {
    return new Refusal(
        DeadLetterReason.FUTURE_EVENT_TIME,
        field
            + " "
            + time
            + " is "
            + (time - published)
            + " ms after the record was published, more than the skew of "
            + skewMillis
            + " ms");
  }
}
