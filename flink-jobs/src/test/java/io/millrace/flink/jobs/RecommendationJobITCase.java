package io.millrace.flink.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.config.JobSettings;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.inference.Recommender;
import io.millrace.flink.lastmile.Rules;
import io.millrace.flink.records.DeadLetterFactory;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.UserProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a mini cluster, with RocksDB, a failure in the middle, and no Kafka. */
@Timeout(120)
class RecommendationJobITCase {
  private static final int EVENTS = 400;
  private static final int EVENTS_PER_USER = 20;
  private static final int EVENTS_PER_CHECKPOINT = 80;
  private static final int REQUESTS = 10;
  private static final int FAIL_AFTER_LISTS = 250;

  /** Answers later, from another thread, with items that nobody has seen. */
  private static final class LaterRecommender implements Recommender {
    @Override
    public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
      return CompletableFuture.supplyAsync(
          () ->
              new RecommendAnswer(
                  IntStream.range(0, call.k())
                      .mapToObj(i -> new ScoredItem("new-" + i, call.k() - i, "retriever"))
                      .toList(),
                  Rung.RETRIEVED,
                  "1",
                  1,
                  1));
    }

    @Override
    public int serversLeftAlone() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static <V extends SpecificRecord> SourceRecord<V> record(
      String topic, long offset, @Nullable V value, @Nullable DeadLetter refused) {
    long now = System.currentTimeMillis();
    return new SourceRecord<>(
        value, refused, "", null, null, topic, 0, offset, now, now, System.nanoTime());
  }

  private static SourceRecord<Interaction> interaction(long index) {
    return record(
        "interactions",
        index,
        Interaction.newBuilder()
            .setEventId("e" + index)
            .setUserId("u" + index / EVENTS_PER_USER)
            .setItemId("i" + index % EVENTS_PER_USER)
            .setType(InteractionType.VIEW)
            .setEventTime(Instant.ofEpochMilli(1_000_000 + index))
            .build(),
        null);
  }

  private static SourceRecord<RecommendationRequest> request(long index) {
    return record(
        "recommendation-requests",
        index,
        RecommendationRequest.newBuilder()
            .setRequestId("r" + index)
            .setUserId("u" + index)
            .setDeadlineMillis(60_000)
            .setRequestTime(Instant.ofEpochMilli(1_000_000))
            .build(),
        null);
  }

  private static SourceRecord<UserProfile> undecodableProfile(long index) {
    return record(
        "user-profiles",
        index,
        null,
        DeadLetterFactory.refuse(
            "user-profiles",
            0,
            index,
            0,
            null,
            new byte[] {1},
            DeadLetterReason.MALFORMED_BYTES,
            "magic",
            RecommendationJob.NAME));
  }

  private static SourceRecord<Erasure> erasureWithoutUser(long index) {
    return record(
        "erasures", index, new Erasure("x" + index, "", Instant.ofEpochMilli(1_000_000)), null);
  }

  private static SourceRecord<Rule> rule(long index) {
    return record(
        "rules", index, Rules.rule("no-such", RuleAction.EXCLUDE, Rules.items("no")).build(), null);
  }

  private static SourceRecord<RerankedCandidates> reranked(long index) {
    return record("reranked-candidates", index, null, null);
  }

  private static SourceRecord<Item> item(long index) {
    return record("items", index, null, null);
  }

  private static <V extends SpecificRecord> Source<SourceRecord<V>, ?, ?> source(
      Class<V> type, int count, GeneratorFunction<Long, SourceRecord<V>> generator) {
    return new DataGeneratorSource<>(
        generator,
        count,
        RateLimiterStrategy.perCheckpoint(EVENTS_PER_CHECKPOINT),
        RecordTypes.sourceRecord(type));
  }

  @Test
  void everyTriggerHasItsListAlthoughTheJobFailsInTheMiddle(@TempDir Path checkpoints)
      throws Exception {
    JobSettings settings =
        TestSettings.with(
            "execution.checkpointing.interval", "100 ms",
            "execution.checkpointing.dir", checkpoints.toUri().toString(),
            "restart-strategy.type", "fixed-delay",
            "restart-strategy.fixed-delay.attempts", "1",
            "restart-strategy.fixed-delay.delay", "1 ms",
            "parallelism.default", "2",
            "millrace.recommend.deadline", "60 s",
            "millrace.rerank.share", "1",
            "millrace.rerank.interval", "0 s",
            "millrace.popular.period", "20 ms");
    Collected<Recommendation> lists = new Collected<>("lists", FAIL_AFTER_LISTS);
    Collected<RecommendationInput> inputs = new Collected<>("inputs", 0);
    Collected<RerankQuestion> questions = new Collected<>("questions", 0);
    Collected<DeadLetter> letters = new Collected<>("letters", 0);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(settings.flink());
    RecommendationJob.build(
        env,
        settings,
        new JobEdges(
            source(Interaction.class, EVENTS, RecommendationJobITCase::interaction),
            source(RecommendationRequest.class, REQUESTS, RecommendationJobITCase::request),
            source(UserProfile.class, 3, RecommendationJobITCase::undecodableProfile),
            source(Erasure.class, 2, RecommendationJobITCase::erasureWithoutUser),
            source(Rule.class, 1, RecommendationJobITCase::rule),
            source(Item.class, 0, RecommendationJobITCase::item),
            source(RerankedCandidates.class, 0, RecommendationJobITCase::reranked),
            lists,
            inputs,
            questions,
            letters,
            LaterRecommender::new));

    env.execute();

    assertThat(lists.failed()).isTrue();
    Map<String, Set<String>> idsByTrigger = new HashMap<>();
    for (Recommendation list : lists.records()) {
      idsByTrigger
          .computeIfAbsent(list.getTrigger().getId(), trigger -> new HashSet<>())
          .add(list.getRecommendationId());
    }
    Set<String> triggers = new HashSet<>(all(EVENTS, i -> "e" + i));
    triggers.addAll(all(REQUESTS, i -> "r" + i));
    assertThat(idsByTrigger.keySet()).isEqualTo(triggers);
    assertThat(idsByTrigger.entrySet())
        .filteredOn(entry -> entry.getKey().startsWith("e"))
        .allSatisfy(entry -> assertThat(entry.getValue()).as(entry.getKey()).hasSize(1));
    assertThat(lists.records())
        .allSatisfy(list -> assertThat(list.getRung()).isEqualTo(Rung.RETRIEVED));
    assertThat(lists.records())
        .filteredOn(list -> list.getTrigger().getId().equals("e19"))
        .allSatisfy(list -> assertThat(list.getSequenceLength()).isEqualTo(EVENTS_PER_USER));
    assertThat(inputs.records())
        .extracting(RecommendationInput::getRecommendationId)
        .containsAll(lists.records().stream().map(Recommendation::getRecommendationId).toList());
    assertThat(questions.records())
        .extracting(RerankQuestion::getUserId)
        .as("of each user with enough events")
        .contains("u0", "u" + (EVENTS / EVENTS_PER_USER - 1));
    assertThat(letters.records())
        .extracting(DeadLetter::getTopic)
        .contains("user-profiles", "erasures");
  }

  private static List<String> all(int count, LongFunction<String> name) {
    return IntStream.range(0, count).mapToObj(name::apply).toList();
  }
}
