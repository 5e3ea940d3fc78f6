package io.millrace.standalone.replay;

import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan.StartRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the demo plays, as any other Kafka client would. Used by one thread.
 *
 * <p>The producer's buffer bounds what is on its way; when it is full, sending waits.
 */
public final class DemoPublisher implements AutoCloseable {
  /**
   * How long before now the past was "published": older than any age up to which a job still makes
   * lists, so the past only becomes state; younger than the topic's retention, so it stays.
   */
  private static final Duration BACKFILL_AGE = Duration.ofDays(1);

  private final KafkaProducer<String, byte[]> producer;
  private final SchemaIds schemas;
  private final Clock clock;
  private final RecordCodec<Interaction> interactions = RecordCodec.of(Topics.INTERACTIONS);
  private final int interactionsId;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Connects lazily; the clock gives Kafka timestamps. */
  public DemoPublisher(ClientSettings settings, SchemaIds schemas, Clock clock) {
    this.producer = settings.producer();
    this.schemas = schemas;
    this.clock = clock;
    this.interactionsId = schemas.idOf(Topics.INTERACTIONS);
  }

  /** Publishes the catalogue, so that whoever reads lists can show titles. */
  public void publishCatalogue(Catalogue catalogue) {
    Instant now = clock.instant();
    RecordCodec<Item> codec = RecordCodec.of(Topics.ITEMS);
    int id = schemas.idOf(Topics.ITEMS);
    for (CatalogueItem item : catalogue.items()) {
      send(Topics.ITEMS, item.id(), codec.encode(RatingRecords.item(item, now), id), now);
    }
    flush();
  }

  /** Publishes the past with timestamps that make it state and no lists. */
  public void publishBackfill(List<Rating> ratings) {
    Instant then = clock.instant().minus(BACKFILL_AGE);
    ratings.forEach(rating -> publish(rating, then));
    flush();
  }

  /**
   * Asks for a list for each returning user.
   *
   * @param deadline how long an answer is waited for
   */
  public void publishRequests(List<StartRequest> requests, Duration deadline) {
    RecordCodec<RecommendationRequest> codec = RecordCodec.of(Topics.RECOMMENDATION_REQUESTS);
    int id = schemas.idOf(Topics.RECOMMENDATION_REQUESTS);
    for (StartRequest request : requests) {
      Instant now = clock.instant();
      byte[] value = codec.encode(RatingRecords.request(request, now, deadline), id);
      send(Topics.RECOMMENDATION_REQUESTS, request.user(), value, now);
    }
    flush();
  }

  /** Publishes one event as of now; waits while the producer's buffer is full. */
  public void publishEvent(Rating rating) {
    publish(rating, clock.instant());
  }

  private void publish(Rating rating, Instant timestamp) {
    byte[] value = interactions.encode(RatingRecords.interaction(rating), interactionsId);
    send(Topics.INTERACTIONS, rating.user(), value, timestamp);
  }

  private void send(
      Topic<? extends SpecificRecord> topic, String key, byte[] value, Instant timestamp) {
    throwFailure();
    producer.send(
        new ProducerRecord<>(topic.name(), null, timestamp.toEpochMilli(), key, value),
        (metadata, refused) -> {
          if (refused != null) {
            failure.compareAndSet(null, refused);
          }
        });
  }

  /**
   * Returns when the broker has everything that was published.
   *
   * @throws KafkaException if it refused a record
   */
  public void flush() {
    producer.flush();
    throwFailure();
  }

  private void throwFailure() {
    Exception refused = failure.get();
    if (refused != null) {
      throw new KafkaException(
          "the broker did not take a record: " + refused.getMessage(), refused);
    }
  }

  /** Gives up what is still on its way. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
