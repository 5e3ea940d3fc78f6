package io.millrace.schemas;

import io.millrace.schemas.avro.AppliedRule;
import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.KnowledgeText;
import io.millrace.schemas.avro.KnownItem;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.avro.OfferedItem;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Reranking;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.RuleMatch;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.StageTimes;
import io.millrace.schemas.avro.Trigger;
import io.millrace.schemas.avro.TriggerKind;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record of each kind with every field set. Maps have one entry, because their order in the
 * bytes is not fixed. The golden bytes are these; fields that a version did not have yet have their
 * defaults in its samples.
 */
final class Samples {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  private Samples() {}

  static Map<Topic<? extends SpecificRecord>, SpecificRecord> all() {
    return Map.ofEntries(
        Map.entry(Topics.INTERACTIONS, interaction()),
        Map.entry(Topics.RECOMMENDATION_REQUESTS, request()),
        Map.entry(Topics.RECOMMENDATIONS, recommendation()),
        Map.entry(Topics.USER_PROFILES, profile()),
        Map.entry(Topics.ERASURES, new Erasure("erasure-1", "user-ü", TIME)),
        Map.entry(Topics.DEAD_LETTERS, deadLetter()),
        Map.entry(Topics.ITEMS, item()),
        Map.entry(Topics.PROFILE_REFRESHES, new ProfileRefresh("refresh-1", "user-ü", TIME)),
        Map.entry(Topics.LANGUAGE_MODEL_ANSWERS, answer()),
        Map.entry(Topics.ITEM_ANSWERS, answer()),
        Map.entry(Topics.ITEM_KNOWLEDGE, knowledge()),
        Map.entry(Topics.RULES, rule()),
        Map.entry(Topics.RECOMMENDATION_INPUTS, input()),
        Map.entry(Topics.RERANK_QUESTIONS, rerankQuestion()),
        Map.entry(Topics.RERANKED_CANDIDATES, reranked()),
        Map.entry(Topics.RERANK_ANSWERS, answer()));
  }

  static SpecificRecord of(Topic<?> topic) {
    return Objects.requireNonNull(all().get(topic), topic.name());
  }

  /** The sample as it is after being read from the bytes of a version. */
  static SpecificRecord of(Topic<?> topic, String version) {
    if (topic == Topics.USER_PROFILES && version.equals("v1")) {
      return profileOfV1();
    }
    if (topic == Topics.RECOMMENDATION_INPUTS && version.equals("v3")) {
      return inputOfV3();
    }
    boolean rulesUnknown = version.equals("v1") || version.equals("v2");
    return topic == Topics.RECOMMENDATIONS && rulesUnknown ? recommendationOfV2() : of(topic);
  }

  static Interaction interaction() {
    return Interaction.newBuilder()
        .setEventId("event-1")
        .setUserId("user-ü")
        .setItemId("item-1")
        .setType(InteractionType.RATE)
        .setValue(4.5)
        .setEventTime(TIME)
        .setContext(Map.of("device", "phone"))
        .setStatement("more like this")
        .setRecommendationId("rec-1")
        .build();
  }

  private static RecommendationRequest request() {
    return RecommendationRequest.newBuilder()
        .setRequestId("request-1")
        .setUserId("user-ü")
        .setSurface("home")
        .setK(25)
        .setExcludeItemIds(List.of("item-1", "item-2"))
        .setDeadlineMillis(150)
        .setAfterEventId("event-1")
        .setRequestTime(TIME)
        .build();
  }

  private static Recommendation recommendation() {
    return Recommendation.newBuilder(recommendationOfV2())
        .setRules(List.of(new AppliedRule("no-horror", "EXCLUDE", List.of("item-3"))))
        .build();
  }

  private static Rule rule() {
    return Rule.newBuilder()
        .setRuleId("user-ü/few-dramas")
        .setDescription("Few dramas.")
        .setAction(RuleAction.AT_MOST_EACH)
        .setMatch(new RuleMatch(List.of("item-1"), Map.of("genre", List.of("Drama")), 30))
        .setPosition(1)
        .setFactor(1.5f)
        .setCount(2)
        .setWithin(10)
        .setAttribute("genre")
        .setSurface("home")
        .setUserId("user-ü")
        .setValidFrom(TIME)
        .setValidUntil(TIME.plusSeconds(60))
        .setPriority(-3)
        .setUpdatedAt(TIME)
        .build();
  }

  /** Avro cannot compare an array of records whose time is a union, which only a test does. */
  private static Rule ruleForGood() {
    return Rule.newBuilder(rule()).setValidFrom(null).setValidUntil(null).build();
  }

  private static RecommendationInput input() {
    return RecommendationInput.newBuilder(inputOfV3())
        .setReranking(
            new Reranking(
                "rec-0", "model-1", "rerank/1", 0.25f, List.of(new RerankScore("item-1", -1.5f))))
        .build();
  }

  private static RerankQuestion rerankQuestion() {
    return new RerankQuestion(
        "rec-1",
        "user-ü",
        "home",
        List.of("item-7", "item-8"),
        List.of("drama"),
        List.of(new RerankCandidate("item-1", 2.5f), new RerankCandidate("item-2", -1f)),
        TIME,
        TIME.plusMillis(5));
  }

  private static RerankedCandidates reranked() {
    return new RerankedCandidates(
        "user-ü",
        "rec-1",
        List.of(new RerankScore("item-1", -1f), new RerankScore("item-2", 1f)),
        "model-1",
        "rerank/1",
        TIME,
        TIME.plusSeconds(3),
        700,
        0,
        List.of("answer-3", "answer-4"));
  }

  private static RecommendationInput inputOfV3() {
    OfferedItem offered = new OfferedItem("item-1", 2.5f, "keywords", 0);
    return RecommendationInput.newBuilder()
        .setRecommendationId("rec-1")
        .setUserId("user-ü")
        .setSurface("home")
        .setK(10)
        .setDecidedAt(TIME)
        .setCall(
            new ModelCall(
                "recommender",
                List.of("item-7"),
                List.of(3),
                List.of(0.5f),
                List.of("item-8"),
                ByteBuffer.wrap(new byte[] {0, 60}),
                List.of("drama"),
                List.of(0.75f),
                50,
                List.of("item-9"),
                List.of(12.5f),
                0.25f))
        .setAnswer(new ModelAnswer("3", Rung.RETRIEVED, "deadline", List.of(offered)))
        .setFailure("deadline")
        .setLower(List.of(new OfferedItem("item-2", 1f, "popular", -1)))
        .setRules(List.of(ruleForGood()))
        .setRulesLeftOut(1)
        .setFacts(List.of(new KnownItem("item-1", false, TIME, Map.of("genre", List.of("Drama")))))
        .setCandidates(50)
        .build();
  }

  private static Recommendation recommendationOfV2() {
    return Recommendation.newBuilder()
        .setRecommendationId("rec-1")
        .setUserId("user-ü")
        .setTrigger(new Trigger(TriggerKind.EVENT, "event-1"))
        .setSurface("home")
        .setItems(
            List.of(
                new RecommendedItem("item-1", 2.5f, "retriever", 1f, null),
                new RecommendedItem("item-2", -0.5f, "popular", 0.25f, "popular this week")))
        .setRung(Rung.LAST_LIST)
        .setRungReason("deadline")
        .setVersions(Map.of("recommender", "3"))
        .setInputDigest("00112233445566778899aabbccddeeff")
        .setLastEventId("event-1")
        .setLastEventTime(TIME)
        .setSequenceLength(17)
        .setCreatedAt(TIME.plusMillis(5))
        .setStages(new StageTimes(1L, 2L, 3L, 4L, 5L, null))
        .build();
  }

  private static UserProfile profile() {
    return UserProfile.newBuilder(profileOfV1())
        .setAspects(List.of(new Claim("pace: slow", 0.25f, List.of("event-1"))))
        .setCited(List.of(new CitedEvent("event-1", "item-1", "A Title", "RATE", 4.5, TIME)))
        .setEventCount(12L)
        .setClaimsRejected(3)
        .setAnswerIds(List.of("answer-1"))
        .build();
  }

  private static LanguageModelAnswer answer() {
    return new LanguageModelAnswer(
        "answer-1", "user-ü", 2L, "profile/1", "model-1", "{\"interests\": []}", 300, 40, TIME);
  }

  private static ItemKnowledge knowledge() {
    return new ItemKnowledge(
        "item-1",
        "00112233",
        TIME,
        List.of(new KnowledgeText("basic", "A slow film.")),
        "model-1",
        "item/1",
        120,
        30,
        ByteBuffer.wrap(new byte[] {0, 60}),
        "encoder-1",
        List.of("answer-2"));
  }

  private static UserProfile profileOfV1() {
    return UserProfile.newBuilder()
        .setUserId("user-ü")
        .setVersion(7L)
        .setUpdatedAt(TIME)
        .setSummary("Likes slow films.")
        .setInterests(List.of(new Claim("drama", 0.75f, List.of("event-1", "event-2"))))
        .setDislikes(List.of(new Claim("horror", 0.5f, List.of("event-3"))))
        .setModel("model-1")
        .setPromptVersion("2")
        .setPromptTokens(300)
        .setCompletionTokens(40)
        .setVector(ByteBuffer.wrap(new byte[] {0, 60, 0, -68}))
        .setEncoderVersion("encoder-1")
        .build();
  }

  private static DeadLetter deadLetter() {
    return DeadLetter.newBuilder()
        .setTopic("interactions")
        .setPartition(3)
        .setOffset(1L << 40)
        .setTimestamp(TIME)
        .setReason(DeadLetterReason.MALFORMED_BYTES)
        .setDetail("value of 2 bytes is shorter than the header")
        .setKey(ByteBuffer.wrap(new byte[] {1}))
        .setValue(ByteBuffer.wrap(new byte[] {2, 3}))
        .setValueLength(2)
        .setValueSha256("c3641f8544d7c02f3580b07c0f9887f0c6a27ff5ab1d4a3e29caf197cfc299ae")
        .setJob("recommendations")
        .build();
  }

  private static Item item() {
    return Item.newBuilder()
        .setItemId("item-1")
        .setTitle("A Title")
        .setDescription("About it.")
        .setAttributes(Map.of("genre", List.of("Drama", "Comedy")))
        .setAvailable(false)
        .setUpdatedAt(TIME)
        .build();
  }
}
