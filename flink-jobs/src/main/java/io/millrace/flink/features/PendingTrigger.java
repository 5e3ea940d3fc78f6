package io.millrace.flink.features;

import io.millrace.schemas.avro.TriggerKind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A reason to make a list, with what the list must be made from: whenever it is made, now, after
 * waiting or after a restart, it is cut at this trigger's own event.
 *
 * @param kind event or request
 * @param id event id or request id
 * @param time when it happened, epoch milliseconds: event time or request time
 * @param surface where the list will be shown; empty for an event
 * @param k items wanted
 * @param exclude items that the caller does not want
 * @param brokerTimestamp the record's Kafka timestamp, epoch milliseconds
 * @param answerBy epoch milliseconds by which the answer is wanted; {@link #NO_ANSWER_TIME} for the
 *     job's deadline per call
 * @param arrivals where the sequence is cut
 * @param seenCount where the seen items are cut
 * @param lastEventId newest event in that sequence; null without events
 * @param lastEventTime its event time, epoch milliseconds
 * @param readAtMillis the reader's clock, epoch milliseconds
 * @param readAtNanos the reader's monotonic clock; {@link #OTHER_JVM} when read elsewhere or before
 *     a restart
 */
public record PendingTrigger(
    TriggerKind kind,
    String id,
    long time,
    String surface,
    int k,
    PackedIds exclude,
    long brokerTimestamp,
    long answerBy,
    long arrivals,
    long seenCount,
    @Nullable String lastEventId,
    long lastEventTime,
    long readAtMillis,
    long readAtNanos) {

  /** There is no time by which the answer is wanted. */
  public static final long NO_ANSWER_TIME = 0;

  /** The monotonic clock of the reader means nothing here. */
  public static final long OTHER_JVM = Long.MIN_VALUE;

  private static final int EVENT = 1;
  private static final int REQUEST = 2;

  /** The same trigger, made from what is known of the user now. */
  public PendingTrigger cutNow(UserHistory history) {
    return new PendingTrigger(
        kind,
        id,
        time,
        surface,
        k,
        exclude,
        brokerTimestamp,
        answerBy,
        history.arrivals(),
        history.seenCount(),
        history.newestEventId(),
        history.newestEventTime(),
        readAtMillis,
        readAtNanos);
  }

  /**
   * The same trigger, which happened after an erasure, made from what the erasure left.
   *
   * @param erasedUpTo time of the erasure, epoch milliseconds
   */
  public PendingTrigger cutAfterErasure(UserHistory history, long erasedUpTo) {
    boolean lastErased = lastEventTime <= erasedUpTo;
    return new PendingTrigger(
        kind,
        id,
        time,
        surface,
        k,
        exclude,
        brokerTimestamp,
        answerBy,
        arrivals,
        history.seenCount(),
        lastErased ? null : lastEventId,
        lastErased ? Long.MIN_VALUE : lastEventTime,
        readAtMillis,
        readAtNanos);
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeByte(kind == TriggerKind.REQUEST ? REQUEST : EVENT);
    Compact.writeText(out, id);
    Compact.writeSigned(out, time);
    Compact.writeText(out, surface);
    Compact.write(out, k);
    exclude.writeTo(out);
    Compact.writeSigned(out, brokerTimestamp);
    Compact.writeSigned(out, answerBy);
    Compact.write(out, arrivals);
    Compact.write(out, seenCount);
    Compact.writeOptionalText(out, lastEventId);
    out.writeLong(lastEventTime);
    Compact.writeSigned(out, readAtMillis);
  }

  static PendingTrigger readFrom(DataInput in) throws IOException {
    return new PendingTrigger(
        in.readByte() == REQUEST ? TriggerKind.REQUEST : TriggerKind.EVENT,
        Compact.readText(in),
        Compact.readSigned(in),
        Compact.readText(in),
        Compact.readLength(in),
        PackedIds.readFrom(in),
        Compact.readSigned(in),
        Compact.readSigned(in),
        Compact.read(in),
        Compact.read(in),
        Compact.readOptionalText(in),
        in.readLong(),
        Compact.readSigned(in),
        OTHER_JVM);
  }
}
