package io.millrace.flink.functions;

import io.millrace.flink.features.RerankPolicy;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What users do in tests. Events happen at {@link #EPOCH} plus so many seconds. */
final class Inputs {
  static final long EPOCH = 900_000_000_000L;

  static final Set<InteractionType> ITEM_TYPES =
      EnumSet.complementOf(
          EnumSet.of(InteractionType.UNKNOWN, InteractionType.PREFERENCE_STATEMENT));

  /** With small bounds; the inputs of every list are written, and no list is reranked. */
  static final LastMileSettings LAST_MILE =
      lastMile(new RerankPolicy(1, 1, Set.of("nowhere"), 1, 0, 2, 1, Long.MAX_VALUE));

  private Inputs() {}

  /** The same, with lists that a language model looks over. */
  static LastMileSettings lastMile(RerankPolicy rerank) {
    return new LastMileSettings("recommender", 6, 0, 2, 1, 3, 2, 5, rerank);
  }

  /** What a language model found in a list whose newest event was at some second. */
  static UserInput reranked(String user, String listId, long second, RerankScore... scores) {
    RerankedCandidates reranked =
        new RerankedCandidates(
            user,
            listId,
            List.of(scores),
            "model-1",
            "rerank/1",
            Instant.ofEpochMilli(second(second)),
            Instant.ofEpochMilli(UserHarness.START),
            10,
            0,
            List.of());
    return new UserInput.Reranked(user, reranked, arrived(UserHarness.START));
  }

  /** Settings with small bounds; interval 0. */
  static RecommendSettings settings() {
    return settings(Duration.ZERO, 8, 4, 8);
  }

  static RecommendSettings settings(
      Duration interval, int maxInFlight, int maxInFlightPerUser, int maxPendingPerUser) {
    return new RecommendSettings(
        10,
        30,
        Duration.ofDays(7),
        ITEM_TYPES,
        50,
        ITEM_TYPES,
        interval,
        Duration.ofHours(1),
        3,
        Duration.ofMillis(200),
        Duration.ofSeconds(10),
        maxInFlight,
        maxInFlightPerUser,
        maxPendingPerUser,
        Duration.ofDays(8));
  }

  static Arrival arrived(long at) {
    return new Arrival(at, at, at * 1_000_000);
  }

  static long second(long second) {
    return EPOCH + second * 1000;
  }

  /** User views an item; the event's id is {@code user:item}. */
  static UserInput view(String user, String item, long second) {
    return event(user, user + ":" + item, item, InteractionType.VIEW, second);
  }

  static UserInput event(
      String user, String id, @Nullable String item, InteractionType type, long second) {
    return new UserInput.Interacted(
        interaction(user, id, item, type, second), arrived(UserHarness.START));
  }

  static Interaction interaction(
      String user, String id, @Nullable String item, InteractionType type, long second) {
    return new Interaction(
        id, user, item, type, null, Instant.ofEpochMilli(second(second)), Map.of(), null, null);
  }

  static UserInput request(
      String user,
      String id,
      @Nullable Integer k,
      @Nullable Integer deadlineMillis,
      @Nullable String after,
      long published,
      String... exclude) {
    return new UserInput.Requested(
        new RecommendationRequest(
            id,
            user,
            "home",
            k,
            List.of(exclude),
            deadlineMillis,
            after,
            Instant.ofEpochMilli(published)),
        arrived(published));
  }

  static UserInput erase(String user, long time) {
    return new UserInput.Erased(
        new Erasure("erase-" + user, user, Instant.ofEpochMilli(time)), arrived(UserHarness.START));
  }

  /** A profile without a vector, that likes one thing after an event and dislikes another. */
  static UserInput claims(String user, long version, String like, String after, String dislike) {
    UserProfile profile =
        UserProfile.newBuilder()
            .setUserId(user)
            .setVersion(version)
            .setUpdatedAt(Instant.ofEpochMilli(UserHarness.START))
            .setSummary("")
            .setModel("test")
            .setPromptVersion("1")
            .setInterests(List.of(new Claim(like, 0.75f, List.of("e1"))))
            .setDislikes(List.of(new Claim(dislike, 0.5f, List.of("e2"))))
            .setCited(
                List.of(new CitedEvent("e1", "i", after, "RATE", 5.0, Instant.ofEpochMilli(1))))
            .build();
    return new UserInput.Profiled(user, profile, arrived(UserHarness.START));
  }

  /** A profile whose vector is all ones. */
  static UserInput profile(String user, long version, long updatedAt) {
    ByteBuffer ones = ByteBuffer.allocate(FeatureSchema.VECTOR_DIMS * 2);
    for (int i = 0; i < FeatureSchema.VECTOR_DIMS; i++) {
      ones.put((byte) 0x00).put((byte) 0x3c);
    }
    UserProfile profile =
        UserProfile.newBuilder()
            .setUserId(user)
            .setVersion(version)
            .setUpdatedAt(Instant.ofEpochMilli(updatedAt))
            .setSummary("likes things")
            .setModel("test")
            .setPromptVersion("1")
            .setVector(ones.flip())
            .setEncoderVersion("1")
            .build();
    return new UserInput.Profiled(user, profile, arrived(UserHarness.START));
  }
}
