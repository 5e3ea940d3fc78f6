package io.millrace.flink.connectors;

import io.millrace.schemas.RecordCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * A codec for each schema that a topic's values were written with, asked from the registry once.
 *
 * <p>Bounded: the id is four bytes of somebody else's record, so any value may come. Ids that the
 * registry does not know are remembered for a moment only, because a schema may be registered
 * later. Not thread-safe.
 */
final class WriterSchemas<V extends SpecificRecord> {
  private static final int MAX_KNOWN = 256;
  private static final int MAX_UNKNOWN = 4096;
  private static final long UNKNOWN_FOR_NANOS = 10_000_000_000L;

  /** The registry's answers; a method reference of {@link SchemaRegistry} outside tests. */
  @FunctionalInterface
  interface Lookup {
    Schema schema(int id);
  }

  /** A clock that only moves on. */
  @FunctionalInterface
  interface NanoClock {
    long nanos();
  }

  private record Unknown(String why, long untilNanos) {}

  private final Class<V> type;
  private final Lookup lookup;
  private final NanoClock clock;
  private final Map<Integer, RecordCodec<V>> known = new Recent<>(MAX_KNOWN);
  private final Map<Integer, Unknown> unknown = new Recent<>(MAX_UNKNOWN);

  WriterSchemas(Class<V> type, Lookup lookup, NanoClock clock) {
    this.type = type;
    this.lookup = lookup;
    this.clock = clock;
  }

  /**
   * The codec for values with a schema id.
   *
   * @throws RegistryException.UnknownSchema if there is no such schema or the record class cannot
   *     be read from it
   */
  RecordCodec<V> codec(int id) {
    RecordCodec<V> codec = known.get(id);
    if (codec != null) {
      return codec;
    }
    Unknown before = unknown.get(id);
    if (before != null && before.untilNanos - clock.nanos() > 0) {
      throw new RegistryException.UnknownSchema(before.why);
    }
    try {
      codec = new RecordCodec<>(type, readable(id, lookup.schema(id)));
    } catch (RegistryException.UnknownSchema e) {
      unknown.put(
          id, new Unknown(String.valueOf(e.getMessage()), clock.nanos() + UNKNOWN_FOR_NANOS));
      throw e;
    }
    unknown.remove(id);
    known.put(id, codec);
    return codec;
  }

  private Schema readable(int id, Schema writer) {
    Schema reader = SpecificData.get().getSchema(type);
    var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
      throw new RegistryException.UnknownSchema(
          "schema id "
              + id
              + " ("
              + writer.getFullName()
              + ") cannot be read as "
              + reader.getFullName()
              + ": "
              + compatibility.getResult().getIncompatibilities());
    }
    return writer;
  }

  /** Forgets the entry that was not used for the longest time when there are too many. */
  private static final class Recent<T> extends LinkedHashMap<Integer, T> {
    private static final long serialVersionUID = 1L;
    private final int limit;

    Recent(int limit) {
      super(16, 0.75f, true);
      this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, T> eldest) {
      return size() > limit;
    }
  }
}
