package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Rung;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {
  private static final int SCHEMA_ID = 0x01020304;

  private final RecordCodec<Interaction> codec = RecordCodec.of(Topics.INTERACTIONS);

  static List<Topic<? extends SpecificRecord>> topics() {
    return Topics.all();
  }

  /** Writes a body by hand. */
  @FunctionalInterface
  private interface Body {
    void write(BinaryEncoder out) throws IOException;
  }

  private static byte[] framed(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0, 1, 2, 3, 4});
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      body.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void whatIsEncodedIsDecoded(Topic<? extends SpecificRecord> topic) {
    byte[] framed = GoldenFiles.encode(topic, Samples.of(topic));

    assertThat(RecordCodec.of(topic).decode(framed)).isEqualTo(Samples.of(topic));
  }

  @Test
  void theHeaderIsTheRegistrys() {
    byte[] framed = codec.encode(Samples.interaction(), SCHEMA_ID);

    assertThat(Arrays.copyOf(framed, 5)).containsExactly(0, 1, 2, 3, 4);
    assertThat(RegistryFraming.schemaId(framed)).isEqualTo(SCHEMA_ID);
  }

  @Test
  void aCodecCanBeUsedAgainAfterMalformedBytes() {
    byte[] framed = codec.encode(Samples.interaction(), SCHEMA_ID);
    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(framed, 20)))
        .isInstanceOf(MalformedValueException.class);

    assertThat(codec.decode(framed)).isEqualTo(Samples.interaction());
  }

  @ParameterizedTest
  @MethodSource("topics")
  void bytesThatEndTooEarlyAreMalformed(Topic<? extends SpecificRecord> topic) {
    byte[] framed = GoldenFiles.encode(topic, Samples.of(topic));
    for (int length = 0; length < framed.length; length++) {
      byte[] cut = Arrays.copyOf(framed, length);
      assertThatThrownBy(() -> RecordCodec.of(topic).decode(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(MalformedValueException.class);
    }
  }

  @Test
  void bytesAfterTheRecordAreMalformed() {
    byte[] framed = codec.encode(Samples.interaction(), SCHEMA_ID);

    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(framed, framed.length + 1)))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("left over");
  }

  @ParameterizedTest
  @MethodSource("topics")
  void changedBytesAreReadOrMalformedAndNothingElse(Topic<? extends SpecificRecord> topic) {
    byte[] framed = GoldenFiles.encode(topic, Samples.of(topic));
    RecordCodec<? extends SpecificRecord> reader = RecordCodec.of(topic);
    Random random = new Random(17);
    int malformed = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = framed.clone();
      for (int i = 0; i <= round % 3; i++) {
        int at = RegistryFraming.HEADER_BYTES;
        changed[at + random.nextInt(changed.length - at)] = (byte) random.nextInt(256);
      }
      try {
        reader.decode(changed);
      } catch (MalformedValueException expected) {
        malformed++;
      }
    }
    assertThat(malformed).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE - 8L, Integer.MAX_VALUE, Long.MAX_VALUE, -1, 100})
  void aLengthBeyondTheBytesIsMalformedBeforeAnythingIsAllocated(long length) {
    byte[] framed = framed(out -> out.writeLong(length));

    assertThatThrownBy(() -> codec.decode(framed))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("length of " + length);
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1_000_000, 2_000_000_000})
  void aCountBeyondTheBytesIsMalformedBeforeAnythingIsAllocated(long count) {
    byte[] framed =
        framed(
            out -> {
              out.writeString("request-1");
              out.writeString("user-1");
              out.writeString("home");
              out.writeIndex(0);
              out.writeLong(count);
            });

    assertThatThrownBy(() -> RecordCodec.of(Topics.RECOMMENDATION_REQUESTS).decode(framed))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("array of " + count);
  }

  @Test
  void aCollectionOfNothingsThatNeverEndsIsMalformed() {
    Schema nothings =
        SchemaBuilder.record("io.millrace.schemas.avro.Erasure")
            .fields()
            .name("nothings")
            .type()
            .array()
            .items()
            .nullType()
            .noDefault()
            .requiredString("erasureId")
            .requiredString("userId")
            .requiredLong("requestedAt")
            .endRecord();
    byte[] framed = framed(out -> out.writeLong(Long.MAX_VALUE));

    assertThatThrownBy(
            () -> new RecordCodec<>(Topics.ERASURES.valueType(), nothings).decode(framed))
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void aLaterVersionsFieldsAreSkipped() throws IOException {
    Schema later =
        SchemaBuilder.record("io.millrace.schemas.avro.Erasure")
            .fields()
            .requiredString("erasureId")
            .requiredString("userId")
            .requiredLong("requestedAt")
            .requiredString("note")
            .requiredBytes("signature")
            .name("tags")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .name("labels")
            .type()
            .map()
            .values()
            .longType()
            .noDefault()
            .endRecord();
    GenericRecord erasure = new GenericData.Record(later);
    erasure.put("erasureId", "erasure-1");
    erasure.put("userId", "user-1");
    erasure.put("requestedAt", 5L);
    erasure.put("note", "later");
    erasure.put("signature", ByteBuffer.wrap(new byte[] {1, 2}));
    erasure.put("tags", List.of("a", "b"));
    erasure.put("labels", Map.of("x", 1L));
    byte[] framed = framed(out -> new GenericDatumWriter<GenericRecord>(later).write(erasure, out));

    assertThat(new RecordCodec<>(Topics.ERASURES.valueType(), later).decode(framed).getErasureId())
        .isEqualTo("erasure-1");
  }

  @Test
  void anEventTypeOfALaterVersionIsUnknown() throws IOException {
    String text = Topics.INTERACTIONS.schema().toString().replace("\"SKIP\"", "\"SKIP\",\"SHARE\"");
    Schema later = new Schema.Parser().parse(text);
    GenericRecord event = new GenericData.Record(later);
    event.put("eventId", "event-1");
    event.put("userId", "user-1");
    event.put("type", new GenericData.EnumSymbol(later.getField("type").schema(), "SHARE"));
    event.put("eventTime", 5L);
    event.put("context", Map.of());
    byte[] framed = framed(out -> new GenericDatumWriter<GenericRecord>(later).write(event, out));

    Interaction read = new RecordCodec<>(Interaction.class, later).decode(framed);

    assertThat(read.getType()).isEqualTo(InteractionType.UNKNOWN);
  }

  @Test
  void aRungOfALaterVersionIsUnknown() {
    Schema rungs = Topics.RECOMMENDATIONS.schema().getField("rung").schema();

    assertThat(rungs.getEnumDefault()).isEqualTo(Rung.UNKNOWN.name());
  }
}
