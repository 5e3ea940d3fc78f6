package io.millrace.flink.connectors;

import io.millrace.flink.llm.AnswerJournal;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The journal of answers in its compacted topic, keyed by subject and ordinal. An answer is written
 * when all replicas in sync have it, once even if it had to be sent again.
 *
 * <p>Writes are handed to a thread of their own, since a producer blocks while it cannot reach a
 * broker; how many wait there is the caller's to bound.
 */
public final class KafkaAnswerJournal implements AnswerJournal {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Topic<LanguageModelAnswer> topic;
  private final KafkaSettings kafka;
  private final RegistrySettings registry;
  private final RecordCodec<LanguageModelAnswer> codec;
  private final int schemaId;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ExecutorService writer;

  /**
   * Registers the schema, and so waits for the registry for as long as its settings say.
   *
   * @param journal the topic, without its prefix
   * @throws RegistryException if it does not answer, or refuses the schema
   */
  public KafkaAnswerJournal(
      Topic<LanguageModelAnswer> journal, KafkaSettings kafka, RegistrySettings registry) {
    this.topic = kafka.named(journal);
    this.kafka = kafka;
    this.registry = registry;
    this.codec = RecordCodec.of(topic);
    try (SchemaRegistry client = new SchemaRegistry(registry)) {
      this.schemaId = client.register(topic.subject(), topic.schema());
    }
    this.producer = new KafkaProducer<>(properties(kafka));
    this.writer =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "answers into " + topic.name());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Makes journals of answers about users, on tasks. */
  public static Factory ofUsers(KafkaSettings kafka, RegistrySettings registry) {
    return () -> new KafkaAnswerJournal(Topics.LANGUAGE_MODEL_ANSWERS, kafka, registry);
  }

  /** Makes journals of answers about items, on tasks. */
  public static Factory ofItems(KafkaSettings kafka, RegistrySettings registry) {
    return () -> new KafkaAnswerJournal(Topics.ITEM_ANSWERS, kafka, registry);
  }

  /** Makes journals of answers about lists, on tasks. */
  public static Factory ofLists(KafkaSettings kafka, RegistrySettings registry) {
    return () -> new KafkaAnswerJournal(Topics.RERANK_ANSWERS, kafka, registry);
  }

  private static Properties properties(KafkaSettings kafka) {
    Properties properties = LatencySettings.producer();
    properties.putAll(kafka.clientProperties());
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    // Whatever else is configured: what the journal has was paid for, and must not be lost.
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return properties;
  }

  @Override
  public Set<String> answered() {
    return new JournalContents(topic, kafka, registry).answerIds();
  }

  @Override
  public CompletableFuture<Void> write(LanguageModelAnswer answer) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    try {
      writer.execute(() -> send(answer, written));
    } catch (RejectedExecutionException closed) {
      written.completeExceptionally(new IllegalStateException("the journal is closed", closed));
    }
    return written;
  }

  private void send(LanguageModelAnswer answer, CompletableFuture<Void> written) {
    try {
      byte[] key = RecordKey.utf8(answer.getSubject() + "/" + answer.getOrdinal());
      byte[] value = codec.encode(answer, schemaId);
      var unused =
          producer.send(
              new ProducerRecord<>(topic.name(), key, value),
              (metadata, failure) -> {
                if (failure == null) {
                  written.complete(null);
                } else {
                  written.completeExceptionally(failure);
                }
              });
    } catch (RuntimeException e) {
      written.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    writer.shutdown();
    producer.close(CLOSING);
  }
}
