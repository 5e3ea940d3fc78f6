package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicDeserializerTest {
  private static final int KNOWN_ID = 7;
  private static final byte[] KEY = "u1".getBytes(StandardCharsets.UTF_8);
  private static final Interaction EVENT =
      Interaction.newBuilder()
          .setEventId("e1")
          .setUserId("u1")
          .setItemId("i1")
          .setType(InteractionType.VIEW)
          .setEventTime(Instant.ofEpochMilli(1_000))
          .build();

  private final List<SourceRecord<Interaction>> out = new ArrayList<>();
  private final TopicDeserializer<Interaction> deserializer =
      new TopicDeserializer<>(
          Interaction.class,
          RecordTypes.sourceRecord(Interaction.class),
          RegistrySettings.at("http://127.0.0.1:1"),
          "job");

  @BeforeEach
  void open() {
    deserializer.open(TopicDeserializerTest::lookup, () -> 0);
  }

  private static Schema lookup(int id) {
    if (id != KNOWN_ID) {
      throw new RegistryException.UnknownSchema("schema id " + id + " is not in the registry");
    }
    return Topics.INTERACTIONS.schema();
  }

  private SourceRecord<Interaction> read(byte @Nullable [] key, byte @Nullable [] value) {
    deserializer.deserialize(
        new ConsumerRecord<>(
            "interactions",
            3,
            42,
            5_000,
            TimestampType.CREATE_TIME,
            key == null ? 0 : key.length,
            value == null ? 0 : value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(SourceRecord<Interaction> record) {
            out.add(record);
          }

          @Override
          public void close() {}
        });
    assertThat(out).hasSize(1);
    return out.remove(0);
  }

  private static byte[] framed(int id) {
    return RecordCodec.of(Topics.INTERACTIONS).encode(EVENT, id);
  }

  @Test
  void aValueComesOutWithWhereItWasRead() {
    SourceRecord<Interaction> record = read(KEY, framed(KNOWN_ID));

    assertThat(record.value()).isEqualTo(EVENT);
    assertThat(record.refused()).isNull();
    assertThat(record.key()).isEqualTo("u1");
    assertThat(record.topic()).isEqualTo("interactions");
    assertThat(record.partition()).isEqualTo(3);
    assertThat(record.offset()).isEqualTo(42);
    assertThat(record.brokerTimestamp()).isEqualTo(5_000);
    assertThat(record.rawValue()).isEqualTo(framed(KNOWN_ID));
  }

  @Test
  void aTombstoneHasNeitherValueNorRefusal() {
    SourceRecord<Interaction> record = read(KEY, null);

    assertThat(record.value()).isNull();
    assertThat(record.refused()).isNull();
  }

  @Test
  void aRecordWithoutAKeyHasAnEmptyOne() {
    assertThat(read(null, framed(KNOWN_ID)).key()).isEmpty();
  }

  @Test
  void anUnknownSchemaIsRefusedWithItsBytes() {
    byte[] value = framed(99);

    SourceRecord<Interaction> record = read(KEY, value);

    assertThat(record.value()).isNull();
    assertThat(record.refused()).isNotNull();
    assertThat(record.refused().getReason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
    assertThat(record.refused().getDetail()).contains("99");
    assertThat(record.refused().getOffset()).isEqualTo(42);
    assertThat(record.refused().getValue().array()).isEqualTo(value);
    assertThat(record.refused().getJob()).isEqualTo("job");
  }

  @Test
  void bytesThatEndTooEarlyAreRefused() {
    byte[] whole = framed(KNOWN_ID);
    for (int length = 0; length < whole.length; length++) {
      SourceRecord<Interaction> record = read(KEY, Arrays.copyOf(whole, length));

      assertThat(record.refused()).as("cut to %d bytes", length).isNotNull();
      assertThat(record.refused().getReason()).isEqualTo(DeadLetterReason.MALFORMED_BYTES);
    }
  }

  @Test
  void textIsRefused() {
    SourceRecord<Interaction> record =
        read(KEY, "{\"userId\":\"u1\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(record.refused()).isNotNull();
    assertThat(record.refused().getReason()).isEqualTo(DeadLetterReason.MALFORMED_BYTES);
    assertThat(record.refused().getDetail()).contains("magic byte");
  }
}
