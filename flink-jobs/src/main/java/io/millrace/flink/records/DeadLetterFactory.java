package io.millrace.flink.records;

import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Describes a record that a job cannot use, so that a person can find it, understand it and publish
 * it again. Carries a bounded part of the bytes and a digest of all of them.
 */
public final class DeadLetterFactory {
  /** Bytes of the key that a dead letter carries at most. */
  public static final int MAX_KEY_BYTES = 1024;

  /** Bytes of the value that a dead letter carries at most. */
  public static final int MAX_VALUE_BYTES = 16 * 1024;

  /** Characters of the detail that a dead letter carries at most: details quote what was read. */
  public static final int MAX_DETAIL_CHARS = 1000;

  private DeadLetterFactory() {}

  /**
   * A dead letter for one Kafka record.
   *
   * @param timestamp the record's Kafka timestamp, epoch milliseconds
   * @param key the whole key; null without one
   * @param value the whole value; null for a tombstone
   * @param detail what was wrong, with field and value
   * @param job the job that refuses the record
   */
  public static DeadLetter refuse(
      String topic,
      int partition,
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      DeadLetterReason reason,
      String detail,
      String job) {
    return DeadLetter.newBuilder()
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .setTimestamp(Instant.ofEpochMilli(timestamp))
        .setReason(reason)
        .setDetail(
            detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS))
        .setKey(key == null ? null : head(key, MAX_KEY_BYTES))
        .setValue(value == null ? null : head(value, MAX_VALUE_BYTES))
        .setValueLength(value == null ? -1 : value.length)
        .setValueSha256(value == null ? "" : sha256(value))
        .setJob(job)
        .build();
  }

  /** A dead letter for a record that decoded, but says something impossible. */
  public static DeadLetter refuse(
      SourceRecord<?> record, DeadLetterReason reason, String detail, String job) {
    return refuse(
        record.topic(),
        record.partition(),
        record.offset(),
        record.brokerTimestamp(),
        record.rawKey(),
        record.rawValue(),
        reason,
        detail,
        job);
  }

  private static ByteBuffer head(byte[] bytes, int limit) {
    return ByteBuffer.wrap(bytes.length <= limit ? bytes : Arrays.copyOf(bytes, limit));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
