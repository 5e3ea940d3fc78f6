package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Avro records in Avro's binary encoding, with their length before them. The schema that wrote them
 * is kept in the serializer's snapshot, so records of an older schema are read.
 *
 * <p>Records are taken as immutable: no operator changes one that it was given. Buffers are reused,
 * so each thread has its own {@link #duplicate()}.
 *
 * @param <V> the record class
 */
public final class AvroRecordSerializer<V extends SpecificRecord> extends TypeSerializer<V> {
  private static final long serialVersionUID = 1L;

  private final Class<V> type;
  private final String writerSchema;

  private transient @Nullable Codec<V> codec;

  /** For records written with the class's own schema. */
  public AvroRecordSerializer(Class<V> type) {
    this(type, SpecificData.get().getSchema(type).toString());
  }

  AvroRecordSerializer(Class<V> type, String writerSchema) {
    this.type = type;
    this.writerSchema = writerSchema;
  }

  @Override
  public void serialize(V value, DataOutputView out) throws IOException {
    codec().write(value, out);
  }

  @Override
  public V deserialize(DataInputView in) throws IOException {
    return codec().read(in);
  }

  @Override
  public V deserialize(V reuse, DataInputView in) throws IOException {
    return codec().read(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int length = Compact.readLength(source);
    Compact.write(target, length);
    target.write(source, length);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public V copy(V from) {
    return from;
  }

  @Override
  public V copy(V from, V reuse) {
    return from;
  }

  @Override
  public TypeSerializer<V> duplicate() {
    return new AvroRecordSerializer<>(type, writerSchema);
  }

  @Override
  public V createInstance() {
    throw new UnsupportedOperationException("values are made by reading them");
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AvroRecordSerializer<?> that
        && that.type == type
        && that.writerSchema.equals(writerSchema);
  }

  @Override
  public int hashCode() {
    return type.hashCode() * 31 + writerSchema.hashCode();
  }

  @Override
  public TypeSerializerSnapshot<V> snapshotConfiguration() {
    return new AvroRecordSnapshot<>(type, writerSchema);
  }

  private Codec<V> codec() {
    Codec<V> current = codec;
    if (current == null) {
      current = new Codec<>(type, new Schema.Parser().parse(writerSchema));
      codec = current;
    }
    return current;
  }

  private static final class Codec<V extends SpecificRecord> {
    private final SpecificDatumWriter<V> writer;
    private final SpecificDatumReader<V> reader;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
    private @Nullable BinaryEncoder encoder;
    private @Nullable BinaryDecoder decoder;

    Codec(Class<V> type, Schema writerSchema) {
      writer = new SpecificDatumWriter<>(type);
      reader = new SpecificDatumReader<>(type);
      reader.setSchema(writerSchema);
    }

    void write(V value, DataOutputView out) throws IOException {
      buffer.reset();
      encoder = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
      writer.write(value, encoder);
      encoder.flush();
      byte[] bytes = buffer.toByteArray();
      Compact.write(out, bytes.length);
      out.write(bytes);
    }

    V read(DataInputView in) throws IOException {
      byte[] bytes = new byte[Compact.readLength(in)];
      in.readFully(bytes);
      decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
      return reader.read(null, decoder);
    }
  }
}
