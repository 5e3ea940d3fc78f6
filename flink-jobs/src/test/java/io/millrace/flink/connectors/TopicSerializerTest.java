package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.RegistryFraming;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Erasure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class TopicSerializerTest {
  private static final Erasure ERASURE =
      new Erasure("x1", "ünser", Instant.ofEpochMilli(1_700_000_000_000L));

  private static final KafkaSinkContext CONTEXT =
      new KafkaSinkContext() {
        @Override
        public int getParallelInstanceId() {
          return 0;
        }

        @Override
        public int getNumberOfParallelInstances() {
          return 1;
        }

        @Override
        public int[] getPartitionsForTopic(String topic) {
          return new int[] {0};
        }
      };

  private static ProducerRecord<byte[], byte[]> serialize(long eventTime) {
    return serialize(erasure -> erasure, eventTime);
  }

  private static ProducerRecord<byte[], byte[]> serialize(
      RecordValue<Erasure, Erasure> value, long eventTime) {
    TopicSerializer<Erasure, Erasure> serializer =
        new TopicSerializer<>(
            Topics.ERASURES.named("eu.erasures"),
            erasure -> RecordKey.utf8(erasure.getUserId()),
            value,
            RegistrySettings.at("http://127.0.0.1:1"));
    serializer.open(258);
    return serializer.serialize(ERASURE, CONTEXT, eventTime);
  }

  @Test
  void nothingIsATombstoneUnderTheSameKey() {
    ProducerRecord<byte[], byte[]> record = serialize(erasure -> null, 0);

    assertThat(record.value()).isNull();
    assertThat(record.key()).isEqualTo("ünser".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aValueIsFramedWithTheIdOfItsSchema() {
    byte[] value = serialize(0).value();

    assertThat(RegistryFraming.schemaId(value)).isEqualTo(258);
    assertThat(RecordCodec.of(Topics.ERASURES).decode(value)).isEqualTo(ERASURE);
  }

  @Test
  void keyAndTopicDecideWhereItGoes() {
    ProducerRecord<byte[], byte[]> record = serialize(0);

    assertThat(record.topic()).isEqualTo("eu.erasures");
    assertThat(record.partition()).isNull();
    assertThat(record.key()).isEqualTo("ünser".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theTimestampIsTheProducersWhateverTheEventSays() {
    assertThat(serialize(1).timestamp()).isNull();
  }

  @Test
  void aKeyOfBytesLeavesTheBufferAsItWas() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);

    assertThat(RecordKey.bytes(buffer)).containsExactly(2, 3);
    assertThat(buffer.remaining()).isEqualTo(2);
    assertThat(RecordKey.bytes(null)).isNull();
  }
}
