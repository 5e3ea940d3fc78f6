package io.millrace.e2e;

import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes as a team would that shares no code with the system: ordinary client libraries, and
 * schemas as the registry has them.
 */
final class EventPublisher implements AutoCloseable {
  /** Longer than a broker's restart: what is sent meanwhile arrives afterwards, once. */
  private static final Duration DELIVERY_LIMIT = Duration.ofMinutes(3);

  private final Endpoints endpoints;
  private final KafkaProducer<String, Object> records;
  private final KafkaProducer<String, byte[]> bytes;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Schema> schemas = new HashMap<>();

  EventPublisher(Endpoints endpoints) {
    this.endpoints = endpoints;
    Map<String, Object> settings = new HashMap<>(endpoints.apicurio());
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints.bootstrapServers());
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_LIMIT.toMillis());
    settings.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(DELIVERY_LIMIT.toMillis()));
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AvroKafkaSerializer.class);
    records = new KafkaProducer<>(settings);
    bytes =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Sends events in their order, without waiting. */
  List<Future<RecordMetadata>> publish(List<Event> events) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (Event event : events) {
      sent.add(publish(event, null));
    }
    return sent;
  }

  /** Sends an event, with a rating if there is one, without waiting. */
  Future<RecordMetadata> publish(Event event, @Nullable Double value) {
    Schema schema = schema("interactions");
    return send(
        "interactions",
        event.user(),
        new GenericRecordBuilder(schema)
            .set("eventId", event.id())
            .set("userId", event.user())
            .set("itemId", event.item())
            .set("type", symbol(schema, "type", "VIEW"))
            .set("value", value)
            .set("eventTime", event.time().toEpochMilli())
            .build());
  }

  /** Says what an item is called, without waiting. */
  void item(String id, String title) {
    send(
        "items",
        id,
        new GenericRecordBuilder(schema("items"))
            .set("itemId", id)
            .set("title", title)
            .set("updatedAt", Instant.EPOCH.toEpochMilli())
            .build());
  }

  /** Asks for a list that includes an event. */
  void request(
      String id, String user, String surface, int k, List<String> exclude, String afterEvent) {
    Schema schema = schema("recommendation-requests");
    await(
        send(
            "recommendation-requests",
            user,
            new GenericRecordBuilder(schema)
                .set("requestId", id)
                .set("userId", user)
                .set("surface", surface)
                .set("k", k)
                .set("excludeItemIds", exclude)
                .set("deadlineMillis", Math.toIntExact(TopicReader.LIMIT.toMillis()))
                .set("afterEventId", afterEvent)
                .set("requestTime", Instant.now().toEpochMilli())
                .build()));
  }

  /** Asks that everything up to a time is forgotten. */
  void erase(String id, String user, Instant upTo) {
    await(
        send(
            "erasures",
            user,
            new GenericRecordBuilder(schema("erasures"))
                .set("erasureId", id)
                .set("userId", user)
                .set("requestedAt", upTo.toEpochMilli())
                .build()));
  }

  /** Says that items are in no list of a surface any more. */
  void exclude(String ruleId, String surface, List<String> items) {
    Schema schema = schema("rules");
    Schema match = schema.getField("match").schema();
    await(
        send(
            "rules",
            ruleId,
            new GenericRecordBuilder(schema)
                .set("ruleId", ruleId)
                .set("action", symbol(schema, "action", "EXCLUDE"))
                .set("match", new GenericRecordBuilder(match).set("itemIds", items).build())
                .set("surface", surface)
                .set("updatedAt", Instant.now().toEpochMilli())
                .build()));
  }

  /** Sends bytes as they are; returns where they are when they have arrived. */
  RecordMetadata raw(String topic, String key, byte[] value) {
    return await(bytes.send(new ProducerRecord<>(topic, key, value)));
  }

  private Future<RecordMetadata> send(String topic, String key, GenericRecord value) {
    return records.send(new ProducerRecord<>(topic, key, value));
  }

  /** Waits until something sent has arrived; returns where it is. */
  static RecordMetadata await(Future<RecordMetadata> sent) {
    try {
      return sent.get(DELIVERY_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not delivered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Schema schema(String topic) {
    return schemas.computeIfAbsent(topic, this::fetch);
  }

  private Schema fetch(String topic) {
    URI latest =
        URI.create(endpoints.registry() + "/subjects/" + topic + "-value/versions/latest/schema");
    try {
      HttpResponse<String> answer =
          http.send(HttpRequest.newBuilder(latest).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(latest + ": " + answer.statusCode() + " " + answer.body());
      }
      return new Schema.Parser().parse(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(latest.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static GenericData.EnumSymbol symbol(Schema schema, String field, String name) {
    return new GenericData.EnumSymbol(schema.getField(field).schema(), name);
  }

  @Override
  public void close() {
    records.close(Duration.ofSeconds(5));
    bytes.close(Duration.ofSeconds(5));
  }
}
