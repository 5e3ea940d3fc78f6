package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.flink.connectors.KafkaAnswerJournal;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.StartingOffsets;
import io.millrace.flink.connectors.TopicAdmin;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The journal of answers in a real broker, with schemas in a real registry. */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AnswerJournalITCase {
  private final Endpoints endpoints;
  private final KafkaSettings kafka;
  private final RegistrySettings registry;

  AnswerJournalITCase(RunningPlatform running, TestInfo test) {
    endpoints = running.endpoints();
    registry = RegistrySettings.at(endpoints.registry().toString());
    String prefix = test.getTestMethod().orElseThrow().getName() + "-";
    kafka = kafka(endpoints.bootstrapServers(), prefix, Map.of());
  }

  private static KafkaSettings kafka(String servers, String prefix, Map<String, String> client) {
    return new KafkaSettings(
        servers, prefix, "journal", StartingOffsets.EARLIEST, Duration.ofMillis(100), client);
  }

  private void createTopic() {
    try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties())) {
      admin.ensure(List.of(kafka.named(Topics.LANGUAGE_MODEL_ANSWERS)), (short) -1);
    }
  }

  private static LanguageModelAnswer answer(String id, String subject, long ordinal) {
    return new LanguageModelAnswer(
        id, subject, ordinal, "profile/1", "tiny", "é", 3, 4, Instant.ofEpochMilli(5));
  }

  private void put(String key, byte @Nullable [] value) throws Exception {
    Properties properties = kafka.clientProperties();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  kafka.named(Topics.LANGUAGE_MODEL_ANSWERS).name(),
                  key.getBytes(StandardCharsets.UTF_8),
                  value))
          .get();
    }
  }

  @Test
  void whatWasWrittenIsThereForTheNextJournal() {
    createTopic();
    try (KafkaAnswerJournal journal =
        new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, kafka, registry)) {
      assertThat(journal.answered()).isEmpty();
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        writes.add(journal.write(answer("id-" + i, "user-" + i % 7, i)));
      }
      writes.forEach(CompletableFuture::join);
    }

    try (KafkaAnswerJournal journal =
        new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, kafka, registry)) {
      assertThat(journal.answered()).hasSize(100).contains("id-0", "id-99");
      journal.write(answer("id-100", "user-0", 100)).join();
      assertThat(journal.answered()).hasSize(101);
    }
    try (TopicReader<LanguageModelAnswer> reader =
        new TopicReader<>(
            endpoints,
            kafka.named(Topics.LANGUAGE_MODEL_ANSWERS).name(),
            "read_committed",
            record ->
                answer(
                    record.value().get("answerId").toString(),
                    record.key().substring(0, record.key().indexOf('/')),
                    Long.parseLong(record.key().substring(record.key().indexOf('/') + 1))),
            () -> "")) {
      reader.drain();
      assertThat(reader.all()).hasSize(101).contains(answer("id-8", "user-1", 8));
    }
  }

  @Test
  void theNewestUnderAKeyCountsAndWhatIsRemovedIsNotAnswered() throws Exception {
    createTopic();
    try (KafkaAnswerJournal journal =
        new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, kafka, registry)) {
      journal.write(answer("a", "u", 1)).join();
      journal.write(answer("b", "u", 2)).join();
      journal.write(answer("c", "v", 1)).join();
      journal.write(answer("d", "v", 1)).join();
      put("u/1", null);
      put("w/1", new byte[] {0, 0, 0, 0, 0, 9});
      put("w/2", "no answer".getBytes(StandardCharsets.UTF_8));

      assertThat(journal.answered()).containsExactlyInAnyOrder("b", "d");
    }
  }

  @Test
  void withoutATopicThereIsNoJournal() {
    try (KafkaAnswerJournal journal =
        new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, kafka, registry)) {
      assertThatThrownBy(journal::answered)
          .hasMessageContaining(kafka.named(Topics.LANGUAGE_MODEL_ANSWERS).name());
    }
  }

  @Test
  void aWriteThatNoBrokerTakesFailsAndDoesNotBlock() {
    KafkaSettings nowhere = kafka("127.0.0.1:1", "", Map.of("max.block.ms", "500"));
    KafkaAnswerJournal journal =
        new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, nowhere, registry);
    CompletableFuture<Void> write = journal.write(answer("a", "u", 1));
    assertThatThrownBy(write::join).hasMessageContaining("language-model-answers");
    journal.close();
    assertThat(journal.write(answer("a", "u", 1))).isCompletedExceptionally();
  }
}
