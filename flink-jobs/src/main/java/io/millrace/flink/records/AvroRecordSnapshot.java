package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * What a savepoint keeps of an {@link AvroRecordSerializer}: the record class and the schema that
 * wrote its records.
 *
 * @param <V> the record class
 */
public final class AvroRecordSnapshot<V extends SpecificRecord>
    implements TypeSerializerSnapshot<V> {
  private static final int VERSION = 1;

  private @Nullable Class<V> type;
  private String writerSchema = "";

  /** Called by Flink, before {@link #readSnapshot}. */
  public AvroRecordSnapshot() {}

  AvroRecordSnapshot(Class<V> type, String writerSchema) {
    this.type = type;
    this.writerSchema = writerSchema;
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    Compact.writeText(out, type().getName());
    Compact.writeText(out, writerSchema);
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader loader)
      throws IOException {
    if (readVersion > VERSION) {
      throw new IOException(
          "the savepoint has Avro records of version "
              + readVersion
              + ", this release reads up to "
              + VERSION
              + "; restore it with the release that wrote it, or a newer one");
    }
    type = load(Compact.readText(in), loader);
    writerSchema = Compact.readText(in);
  }

  @Override
  public TypeSerializer<V> restoreSerializer() {
    return new AvroRecordSerializer<>(type(), writerSchema);
  }

  @Override
  public TypeSerializerSchemaCompatibility<V> resolveSchemaCompatibility(
      TypeSerializerSnapshot<V> old) {
    if (!(old instanceof AvroRecordSnapshot<V> written) || written.type() != type()) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    return written.writerSchema.equals(writerSchema)
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
  }

  @SuppressWarnings("unchecked") // the name was written from a Class<V>
  private static <V> Class<V> load(String name, ClassLoader loader) throws IOException {
    try {
      return (Class<V>) Class.forName(name, true, loader).asSubclass(SpecificRecord.class);
    } catch (ClassNotFoundException e) {
      throw new IOException("the savepoint has records of class " + name + ", now unknown", e);
    }
  }

  private Class<V> type() {
    if (type == null) {
      throw new IllegalStateException("the snapshot was not read yet");
    }
    return type;
  }
}
