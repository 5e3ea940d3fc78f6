package io.millrace.flink.functions;

import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.DeadLetter;
import org.apache.flink.util.OutputTag;

/** The side output that every admitting function sends refused records to. */
public final class DeadLetters {
  /** Refused records. */
  public static final OutputTag<DeadLetter> TAG =
      new OutputTag<>("dead-letters", RecordTypes.DEAD_LETTER);

  private DeadLetters() {}
}
