package io.millrace.standalone.explain;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.Outcome;
import io.millrace.flink.lastmile.PastList;
import io.millrace.schemas.avro.KnownItem;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.avro.OfferedItem;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Reranking;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.StageTimes;
import io.millrace.schemas.avro.Trigger;
import io.millrace.schemas.avro.TriggerKind;
import io.millrace.standalone.rules.Rules;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A list of two of the three films a, b, c that the model gave, in that order, while a rule kept
 * horror out: b and c of the catalogue are drama.
 */
public final class PastInputs {
  private PastInputs() {}

  /** With an answer of the model. */
  public static RecommendationInput answered(String id) {
    return RecommendationInput.newBuilder()
        .setRecommendationId(id)
        .setUserId("42")
        .setK(2)
        .setDecidedAt(Rules.NOW)
        .setCall(call())
        .setAnswer(
            new ModelAnswer(
                "3",
                Rung.RANKED,
                null,
                List.of(offered("a", 0.9f), offered("b", 0.8f), offered("c", 0.7f))))
        .setRules(List.of(Rules.exclude("no-horror", "Horror")))
        .setFacts(List.of(new KnownItem("a", true, Rules.NOW, Map.of("genre", List.of("Horror")))))
        .setCandidates(50)
        .build();
  }

  /** Without one: the list is of what was popular. */
  public static RecommendationInput fallen(String id) {
    return RecommendationInput.newBuilder(answered(id))
        .setAnswer(null)
        .setFailure("deadline")
        .setLower(List.of(offered("c", 5f), offered("b", 4f)))
        .build();
  }

  /** With an answer that a language model's finding puts in the order c, a, b. */
  public static RecommendationInput reranked(String id) {
    return RecommendationInput.newBuilder(answered(id))
        .setReranking(
            new Reranking(
                "earlier",
                "model-1",
                "rerank/1",
                0.5f,
                List.of(new RerankScore("c", 6f), new RerankScore("a", 0f))))
        .build();
  }

  /** What was asked. */
  public static ModelCall call() {
    return ModelCall.newBuilder()
        .setModel("recommender")
        .setItemIds(List.of("x", "y"))
        .setEventTypes(List.of(1, 2))
        .setAgeSeconds(List.of(60f, 0f))
        .setExcludeIds(List.of("x", "y"))
        .setProfile(ByteBuffer.wrap(new byte[] {0, 0x3c, 0, (byte) 0xc0}))
        .setKeywords(List.of("slow", "loud"))
        .setKeywordWeights(List.of(0.5f, -0.25f))
        .setK(50)
        .setPopularIds(List.of("p"))
        .setPopularCounts(List.of(7f))
        .setDiversity(0.5f)
        .build();
  }

  private static OfferedItem offered(String id, float score) {
    return new OfferedItem(id, score, "retriever", -1);
  }

  /** The list that came of it. */
  public static Recommendation list(RecommendationInput input) {
    Outcome outcome = PastList.again(input, PastList.served(input));
    return Recommendation.newBuilder()
        .setRecommendationId(input.getRecommendationId())
        .setUserId("42")
        .setTrigger(new Trigger(TriggerKind.EVENT, "e1"))
        .setItems(outcome.items().stream().map(PastInputs::item).toList())
        .setRung(input.getAnswer() == null ? Rung.POPULAR : Rung.RANKED)
        .setVersions(Map.of("recommender", "3"))
        .setInputDigest("digest")
        .setCreatedAt(Rules.NOW)
        .setStages(new StageTimes(null, null, null, null, null, null))
        .setRules(outcome.applied())
        .build();
  }

  private static RecommendedItem item(Candidate item) {
    return new RecommendedItem(item.itemId(), item.score(), item.source(), 1f, null);
  }

  /** What the model answers to it now: the same. */
  public static ModelReply reply(RecommendationInput input) {
    return new ModelReply(
        "3",
        "RANKED",
        "",
        PastList.served(input),
        List.of(
            new ScoredCandidate("a", "retriever,popular", 0.9f, Map.of("popular", 2f)),
            new ScoredCandidate("b", "retriever", Float.NaN, Map.of("popular", 0f))));
  }
}
