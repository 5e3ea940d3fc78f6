package io.millrace.flink.records;

import io.millrace.schemas.avro.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a source read: a decoded value, a tombstone, or bytes that could not be decoded, already
 * described as a dead letter. A deserializer has no side output, so both travel together.
 *
 * @param <V> the value's record class
 * @param value the decoded value; null for a tombstone or an undecodable record
 * @param refused set when the bytes could not be decoded
 * @param key the record's key as text; empty without a key
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param brokerTimestamp the record's Kafka timestamp, epoch milliseconds
 * @param readAtMillis the reader's clock when it was read, epoch milliseconds
 * @param readAtNanos the reader's monotonic clock when it was read; only meaningful in the same JVM
 */
public record SourceRecord<V extends SpecificRecord>(
    @Nullable V value,
    @Nullable DeadLetter refused,
    String key,
    String topic,
    int partition,
    long offset,
    long brokerTimestamp,
    long readAtMillis,
    long readAtNanos) {}
