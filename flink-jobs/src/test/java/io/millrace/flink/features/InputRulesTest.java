package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputRulesTest {
  private static final long PUBLISHED = 1_000_000;
  private static final String LONG = "x".repeat(257);
  private final InputRules rules = new InputRules(500);

  @Test
  void whatIsPossibleIsLetIn() {
    assertThat(interaction(event -> {})).isNull();
    assertThat(interaction(event -> event.setValue(-4.5))).isNull();
    assertThat(interaction(event -> event.setEventTime(at(PUBLISHED + 500)))).isNull();
    assertThat(
            interaction(
                event -> {
                  event.setType(InteractionType.PREFERENCE_STATEMENT);
                  event.setItemId(null);
                }))
        .isNull();
    assertThat(request(request -> {})).isNull();
    assertThat(profile(profile -> {})).isNull();
    assertThat(rules.check(new Erasure("e", "u", at(1)), PUBLISHED)).isNull();
  }

  @Test
  void impossibleInteractionsAreRefusedWithFieldAndValue() {
    assertThat(interaction(event -> event.setEventId(""))).contains("eventId is empty");
    assertThat(interaction(event -> event.setUserId(""))).contains("userId is empty");
    assertThat(interaction(event -> event.setUserId(LONG))).contains("userId has 257 characters");
    assertThat(interaction(event -> event.setItemId(""))).contains("itemId is empty");
    assertThat(interaction(event -> event.setItemId(null))).contains("itemId is null in a VIEW");
    assertThat(interaction(event -> event.setValue(Double.NaN))).contains("value is NaN");
    assertThat(interaction(event -> event.setValue(Double.NEGATIVE_INFINITY)))
        .contains("value is -Infinity");
    assertThat(interaction(event -> event.setEventTime(at(-1)))).contains("eventTime is -1");
  }

  @Test
  void aTimeBeyondTheSkewIsOfTheFuture() {
    Interaction event = valid();
    event.setEventTime(at(PUBLISHED + 501));
    Refusal refusal = rules.check(event, PUBLISHED);
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(DeadLetterReason.FUTURE_EVENT_TIME);
    assertThat(refusal.detail()).contains("501 ms after", "skew of 500 ms");
    assertThat(rules.check(new Erasure("e", "u", at(PUBLISHED + 501)), PUBLISHED)).isNotNull();
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertThat(request(request -> request.setRequestId(""))).contains("requestId is empty");
    assertThat(request(request -> request.setK(0))).contains("k is 0");
    assertThat(request(request -> request.setK(1001))).contains("k is 1001");
    assertThat(request(request -> request.setDeadlineMillis(0))).contains("deadlineMillis is 0");
    assertThat(request(request -> request.setAfterEventId(""))).contains("afterEventId is empty");
    assertThat(request(request -> request.setSurface(LONG))).contains("surface has 257");
    assertThat(request(request -> request.setExcludeItemIds(List.of("a", ""))))
        .contains("excludeItemIds[1] is empty");
  }

  @Test
  void impossibleProfilesAreRefused() {
    assertThat(profile(profile -> profile.setVersion(-1L))).contains("version is -1");
    assertThat(profile(profile -> profile.setVector(ByteBuffer.allocate(5))))
        .contains("vector has 5 bytes");
    ByteBuffer infinite = ByteBuffer.allocate(768);
    infinite.put(7, (byte) 0x7c);
    assertThat(profile(profile -> profile.setVector(infinite))).contains("vector[3] is not finite");
  }

  @Test
  void impossibleListsToLookOverAreRefused() {
    assertThat(question(question -> {})).isNull();
    assertThat(question(question -> question.setUserId(""))).contains("userId is empty");
    assertThat(question(question -> question.setRecommendationId("")))
        .contains("recommendationId is empty");
    assertThat(question(question -> question.setItemIds(Collections.nCopies(1001, "i"))))
        .contains("itemIds has 1001 items");
    assertThat(question(question -> question.setCandidates(List.of(new RerankCandidate("", 1f)))))
        .contains("candidates.itemId is empty");
    assertThat(question(question -> question.setEventTime(at(-1)))).contains("eventTime is -1");
    assertThat(question(question -> question.setAskedAt(at(PUBLISHED + 501)))).contains("askedAt");
  }

  @Test
  void impossibleRerankingsAreRefused() {
    assertThat(reranked(new RerankScore("i", 1f))).isNull();
    assertThat(reranked(new RerankScore("", 1f))).contains("scores.itemId is empty");
    assertThat(reranked(new RerankScore("i", Float.NaN))).contains("scores.score is NaN");
  }

  private @Nullable String question(Consumer<RerankQuestion> change) {
    RerankQuestion question =
        new RerankQuestion(
            "list",
            "u",
            "",
            List.of("i"),
            List.of(),
            List.of(new RerankCandidate("j", 1f)),
            at(5),
            at(6));
    change.accept(question);
    return detail(rules.check(question, PUBLISHED));
  }

  private @Nullable String reranked(RerankScore score) {
    RerankedCandidates reranked =
        new RerankedCandidates(
            "u", "list", List.of(score), "m", "rerank/1", at(5), at(6), 1, 0, List.of());
    return detail(rules.check(reranked, PUBLISHED));
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static Interaction valid() {
    return new Interaction("e", "u", "i", InteractionType.VIEW, null, at(5), Map.of(), null, null);
  }

  private @Nullable String interaction(Consumer<Interaction> change) {
    Interaction event = valid();
    change.accept(event);
    return detail(rules.check(event, PUBLISHED));
  }

  private @Nullable String request(Consumer<RecommendationRequest> change) {
    RecommendationRequest request =
        new RecommendationRequest("r", "u", "", null, List.of(), null, null, at(5));
    change.accept(request);
    return detail(rules.check(request, PUBLISHED));
  }

  private @Nullable String profile(Consumer<UserProfile> change) {
    UserProfile profile =
        UserProfile.newBuilder()
            .setUserId("u")
            .setVersion(1)
            .setUpdatedAt(at(5))
            .setSummary("s")
            .setModel("m")
            .setPromptVersion("1")
            .setVector(ByteBuffer.allocate(768))
            .build();
    change.accept(profile);
    return detail(rules.check(profile, PUBLISHED));
  }

  private static @Nullable String detail(@Nullable Refusal refusal) {
    return refusal == null ? null : refusal.detail();
  }
}
