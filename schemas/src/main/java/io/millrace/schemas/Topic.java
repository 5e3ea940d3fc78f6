package io.millrace.schemas;

import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A Kafka topic and its contract: who reads or writes it needs nothing else.
 *
 * <p>Keys are UTF-8 strings; values are Avro in {@link RegistryFraming}, registered under {@link
 * #subject()}.
 *
 * @param <V> the value's record class
 * @param name the topic's name, without any prefix
 * @param key what the key holds, for people
 * @param valueType the value's record class
 * @param partitions partitions to create it with; an existing topic keeps its own
 * @param cleanup what happens to old records
 * @param retention how long records are kept; for a compacted topic, how long tombstones are
 */
public record Topic<V extends SpecificRecord>(
    String name,
    String key,
    Class<V> valueType,
    int partitions,
    Cleanup cleanup,
    Duration retention) {

  /** What the broker does with old records. */
  public enum Cleanup {
    /** Removed when older than the retention. */
    DELETE,
    /** Only the newest record of each key is kept. */
    COMPACT
  }

  /** The subject that the value's schema is registered under. */
  public String subject() {
    return name + "-value";
  }

  /** The value's schema in the version that this code was built with. */
  public Schema schema() {
    return SpecificData.get().getSchema(valueType);
  }

  /** The same contract under another name, as with a prefix for several systems on one broker. */
  public Topic<V> named(String otherName) {
    return new Topic<>(otherName, key, valueType, partitions, cleanup, retention);
  }
}
