package io.millrace.flink.records;

import io.millrace.schemas.avro.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a source read: a decoded value, a tombstone, or bytes that could not be decoded, already
 * described as a dead letter. A deserializer has no side output, so both travel together.
 *
 * <p>The record's bytes travel along (they are the arrays that the Kafka client made, not copies),
 * because a value that decodes may still be refused, and its dead letter shows the bytes as read.
 * They are not part of what goes over the network between operators of a user.
 *
 * @param <V> the value's record class
 * @param value the decoded value; null for a tombstone or an undecodable record
 * @param refused set when the bytes could not be decoded
 * @param key the record's key as text; empty without a key
 * @param rawKey the key's bytes; null without a key
 * @param rawValue the value's bytes; null for a tombstone
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param brokerTimestamp the record's Kafka timestamp, epoch milliseconds
 * @param readAtMillis the reader's clock when it was read, epoch milliseconds
 * @param readAtNanos the reader's monotonic clock when it was read; only meaningful in the same JVM
 */
@SuppressWarnings(
    "ArrayRecordComponent") // identity is enough: records of a stream are not compared
public record SourceRecord<V extends SpecificRecord>(
    @Nullable V value,
    @Nullable DeadLetter refused,
    String key,
    byte @Nullable [] rawKey,
    byte @Nullable [] rawValue,
    String topic,
    int partition,
    long offset,
    long brokerTimestamp,
    long readAtMillis,
    long readAtNanos) {}
