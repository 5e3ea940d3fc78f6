package io.millrace.flink.connectors;

import java.io.Serializable;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Takes a record's value from what a stream carries.
 *
 * @param <T> what the stream carries
 * @param <V> the value's record class
 */
@FunctionalInterface
public interface RecordValue<T, V extends SpecificRecord> extends Serializable {

  /** The value; null for a tombstone. */
  @Nullable V of(T element);
}
