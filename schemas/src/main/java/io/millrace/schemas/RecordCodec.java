package io.millrace.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMillisConversion;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Framed Avro bytes to records and back, for one record class and one writer's schema.
 *
 * <p>Not thread-safe: encoder, decoder and buffer are reused between calls.
 *
 * @param <V> the record class
 */
public final class RecordCodec<V extends SpecificRecord> {
  private final SpecificDatumReader<V> reader;
  private final SpecificDatumWriter<V> writer;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
  private final String name;
  private @Nullable BinaryEncoder encoder;
  private @Nullable BinaryDecoder decoder;

  /**
   * A codec that reads what was written with {@code writerSchema} and writes the class's own
   * schema.
   *
   * @throws org.apache.avro.AvroRuntimeException if the two schemas cannot be resolved
   */
  public RecordCodec(Class<V> type, Schema writerSchema) {
    this.name = type.getSimpleName();
    this.reader = new SpecificDatumReader<>(type);
    this.reader.setSchema(writerSchema);
    this.writer = new SpecificDatumWriter<>(SpecificData.get().getSchema(type), writing());
  }

  /**
   * Lets records without logical types write themselves, with the code that was generated for them:
   * a list's inputs, with their hundreds of numbers and ids, in half the time.
   */
  private static SpecificData writing() {
    SpecificData writing = new SpecificData();
    writing.addLogicalTypeConversion(new TimestampMillisConversion());
    writing.setCustomCoders(true);
    return writing;
  }

  /** A codec for values written with the topic's current schema. */
  public static <V extends SpecificRecord> RecordCodec<V> of(Topic<V> topic) {
    return new RecordCodec<>(topic.valueType(), topic.schema());
  }

  /**
   * Decodes a framed value; the schema id is the caller's to check.
   *
   * @throws MalformedValueException if the bytes after the header are not one whole record
   */
  public V decode(byte[] framed) {
    int length = framed.length - RegistryFraming.HEADER_BYTES;
    if (length < 0) {
      throw new MalformedValueException(
          name + ": value of " + framed.length + " bytes has no registry header");
    }
    V decoded;
    boolean atEnd;
    try {
      decoder =
          DecoderFactory.get().binaryDecoder(framed, RegistryFraming.HEADER_BYTES, length, decoder);
      decoded = reader.read(null, new BoundedDecoder(decoder));
      atEnd = decoder.isEnd();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Corrupt bytes surface as any of these; the last where the writer's schema is recursive.
      throw new MalformedValueException(name + ": undecodable Avro bytes: " + e, e);
    }
    if (!atEnd) {
      throw new MalformedValueException(name + ": bytes left over after a whole record");
    }
    return decoded;
  }

  /** Encodes a record under the id that the registry gave the class's own schema. */
  public byte[] encode(V value, int schemaId) {
    buffer.reset();
    buffer.write(0);
    buffer.write(schemaId >>> 24);
    buffer.write(schemaId >>> 16);
    buffer.write(schemaId >>> 8);
    buffer.write(schemaId);
    try {
      encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
      writer.write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + name + " to memory", e);
    }
    return buffer.toByteArray();
  }
}
