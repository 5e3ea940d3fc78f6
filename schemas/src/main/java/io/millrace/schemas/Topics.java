package io.millrace.schemas;

import io.millrace.schemas.Topic.Cleanup;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of the system. */
public final class Topics {
  private static final int PARTITIONS = 4;
  private static final Duration WEEK = Duration.ofDays(7);

  /** What users do. */
  public static final Topic<Interaction> INTERACTIONS =
      new Topic<>("interactions", "user id", Interaction.class, PARTITIONS, Cleanup.DELETE, WEEK);

  /** Explicit wishes for a list. */
  public static final Topic<RecommendationRequest> RECOMMENDATION_REQUESTS =
      new Topic<>(
          "recommendation-requests",
          "user id",
          RecommendationRequest.class,
          PARTITIONS,
          Cleanup.DELETE,
          Duration.ofDays(1));

  /** The lists that come out. */
  public static final Topic<Recommendation> RECOMMENDATIONS =
      new Topic<>(
          "recommendations", "user id", Recommendation.class, PARTITIONS, Cleanup.DELETE, WEEK);

  /** Each user's newest profile. */
  public static final Topic<UserProfile> USER_PROFILES =
      new Topic<>("user-profiles", "user id", UserProfile.class, PARTITIONS, Cleanup.COMPACT, WEEK);

  /** Users who ask to be forgotten. */
  public static final Topic<Erasure> ERASURES =
      new Topic<>("erasures", "user id", Erasure.class, PARTITIONS, Cleanup.DELETE, WEEK);

  /** Records that no job could use. */
  public static final Topic<DeadLetter> DEAD_LETTERS =
      new Topic<>(
          "dead-letters", "key of the refused record", DeadLetter.class, 1, Cleanup.DELETE, WEEK);

  /** The catalogue. */
  public static final Topic<Item> ITEMS =
      new Topic<>("items", "item id", Item.class, PARTITIONS, Cleanup.COMPACT, WEEK);

  /** Wishes for a profile to be written again. */
  public static final Topic<ProfileRefresh> PROFILE_REFRESHES =
      new Topic<>(
          "profile-refreshes",
          "user id",
          ProfileRefresh.class,
          PARTITIONS,
          Cleanup.DELETE,
          Duration.ofDays(1));

  /** The journal of the language model's answers. */
  public static final Topic<LanguageModelAnswer> LANGUAGE_MODEL_ANSWERS =
      new Topic<>(
          "language-model-answers",
          "subject/ordinal",
          LanguageModelAnswer.class,
          PARTITIONS,
          Cleanup.COMPACT,
          WEEK);

  /** What a language model wrote about items. */
  public static final Topic<ItemKnowledge> ITEM_KNOWLEDGE =
      new Topic<>(
          "item-knowledge", "item id", ItemKnowledge.class, PARTITIONS, Cleanup.COMPACT, WEEK);

  /** What is done to lists after the model. */
  public static final Topic<Rule> RULES =
      new Topic<>("rules", "rule id", Rule.class, 1, Cleanup.COMPACT, WEEK);

  /** What lists were made from; short-lived, since it holds what users did. */
  public static final Topic<RecommendationInput> RECOMMENDATION_INPUTS =
      new Topic<>(
          "recommendation-inputs",
          "user id",
          RecommendationInput.class,
          PARTITIONS,
          Cleanup.DELETE,
          Duration.ofDays(1));

  /** The journal of the language model's answers about items: their ids may be users' as well. */
  public static final Topic<LanguageModelAnswer> ITEM_ANSWERS =
      new Topic<>(
          "item-answers",
          "item id/ordinal",
          LanguageModelAnswer.class,
          PARTITIONS,
          Cleanup.COMPACT,
          WEEK);

  /** Lists that a language model is to look over; short-lived, since it holds what users did. */
  public static final Topic<RerankQuestion> RERANK_QUESTIONS =
      new Topic<>(
          "rerank-questions",
          "user id",
          RerankQuestion.class,
          PARTITIONS,
          Cleanup.DELETE,
          Duration.ofDays(1));

  /** What it holds of their candidates, for the users' next lists. */
  public static final Topic<RerankedCandidates> RERANKED_CANDIDATES =
      new Topic<>(
          "reranked-candidates",
          "user id",
          RerankedCandidates.class,
          PARTITIONS,
          Cleanup.COMPACT,
          WEEK);

  /** The journal of its answers: numbered anew for each list, unlike those about profiles. */
  public static final Topic<LanguageModelAnswer> RERANK_ANSWERS =
      new Topic<>(
          "rerank-answers",
          "user id/ordinal",
          LanguageModelAnswer.class,
          PARTITIONS,
          Cleanup.COMPACT,
          WEEK);

  private Topics() {}

  /** All of them, in a fixed order. */
  public static List<Topic<? extends SpecificRecord>> all() {
    return List.of(
        INTERACTIONS,
        RECOMMENDATION_REQUESTS,
        RECOMMENDATIONS,
        USER_PROFILES,
        ERASURES,
        DEAD_LETTERS,
        ITEMS,
        PROFILE_REFRESHES,
        LANGUAGE_MODEL_ANSWERS,
        ITEM_KNOWLEDGE,
        RULES,
        RECOMMENDATION_INPUTS,
        ITEM_ANSWERS,
        RERANK_QUESTIONS,
        RERANKED_CANDIDATES,
        RERANK_ANSWERS);
  }
}
