package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.schemas.avro.DeadLetter;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Between a source and the operator that admits its records. The two are chained, so that this is
 * only used where someone unchains them.
 *
 * @param <V> the value's record class
 */
public final class SourceRecordSerializer<V extends SpecificRecord>
    extends TypeSerializer<SourceRecord<V>> {
  private static final long serialVersionUID = 1L;

  private final AvroRecordSerializer<V> values;
  private final AvroRecordSerializer<DeadLetter> letters =
      new AvroRecordSerializer<>(DeadLetter.class);

  /** For records with this value. */
  public SourceRecordSerializer(Class<V> valueType) {
    this(new AvroRecordSerializer<>(valueType));
  }

  private SourceRecordSerializer(AvroRecordSerializer<V> values) {
    this.values = values;
  }

  @Override
  public void serialize(SourceRecord<V> record, DataOutputView out) throws IOException {
    writeOptional(values, record.value(), out);
    writeOptional(letters, record.refused(), out);
    Compact.writeText(out, record.key());
    writeBytes(record.rawKey(), out);
    writeBytes(record.rawValue(), out);
    Compact.writeText(out, record.topic());
    Compact.write(out, record.partition());
    Compact.writeSigned(out, record.offset());
    Compact.writeSigned(out, record.brokerTimestamp());
    Compact.writeSigned(out, record.readAtMillis());
    out.writeLong(record.readAtNanos());
  }

  @Override
  public SourceRecord<V> deserialize(DataInputView in) throws IOException {
    return new SourceRecord<>(
        readOptional(values, in),
        readOptional(letters, in),
        Compact.readText(in),
        readBytes(in),
        readBytes(in),
        Compact.readText(in),
        Compact.readLength(in),
        Compact.readSigned(in),
        Compact.readSigned(in),
        Compact.readSigned(in),
        in.readLong());
  }

  private static <T extends SpecificRecord> void writeOptional(
      AvroRecordSerializer<T> serializer, @Nullable T value, DataOutputView out)
      throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      serializer.serialize(value, out);
    }
  }

  private static <T extends SpecificRecord> @Nullable T readOptional(
      AvroRecordSerializer<T> serializer, DataInputView in) throws IOException {
    return in.readBoolean() ? serializer.deserialize(in) : null;
  }

  private static void writeBytes(byte @Nullable [] bytes, DataOutputView out) throws IOException {
    Compact.write(out, bytes == null ? 0 : bytes.length + 1L);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static byte @Nullable [] readBytes(DataInputView in) throws IOException {
    int coded = Compact.readLength(in);
    if (coded == 0) {
      return null;
    }
    byte[] bytes = new byte[coded - 1];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public SourceRecord<V> deserialize(SourceRecord<V> reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public SourceRecord<V> copy(SourceRecord<V> from) {
    return from;
  }

  @Override
  public SourceRecord<V> copy(SourceRecord<V> from, SourceRecord<V> reuse) {
    return from;
  }

  @Override
  public TypeSerializer<SourceRecord<V>> duplicate() {
    return new SourceRecordSerializer<>((AvroRecordSerializer<V>) values.duplicate());
  }

  @Override
  public SourceRecord<V> createInstance() {
    throw new UnsupportedOperationException("values are made by reading them");
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceRecordSerializer<?> that && that.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode() + 1;
  }

  @Override
  public TypeSerializerSnapshot<SourceRecord<V>> snapshotConfiguration() {
    return new Snapshot<>(this);
  }

  /**
   * The value's snapshot.
   *
   * @param <V> the value's record class
   */
  public static final class Snapshot<V extends SpecificRecord>
      extends CompositeTypeSerializerSnapshot<SourceRecord<V>, SourceRecordSerializer<V>> {
    private static final int VERSION = 1;

    /** Called by Flink. */
    public Snapshot() {}

    Snapshot(SourceRecordSerializer<V> serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(SourceRecordSerializer<V> serializer) {
      return new TypeSerializer<?>[] {serializer.values};
    }

    @Override
    @SuppressWarnings("unchecked") // the one nested serializer is what getNestedSerializers gave
    protected SourceRecordSerializer<V> createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new SourceRecordSerializer<>((AvroRecordSerializer<V>) nested[0]);
    }
  }
}
