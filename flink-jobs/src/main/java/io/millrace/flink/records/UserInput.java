package io.millrace.flink.records;

import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.UserProfile;
import org.jspecify.annotations.Nullable;

/** One thing that happened to one user, on its way to the operator that owns the user. */
public sealed interface UserInput {

  /** The key of the stream. */
  String userId();

  /** When and where it was read. */
  Arrival arrival();

  /**
   * Timing of a record.
   *
   * @param brokerTimestamp the record's Kafka timestamp, epoch milliseconds
   * @param readAtMillis the reader's clock, epoch milliseconds
   * @param readAtNanos the reader's monotonic clock; only comparable within one JVM
   */
  record Arrival(long brokerTimestamp, long readAtMillis, long readAtNanos) {}

  /** The user did something. */
  record Interacted(Interaction interaction, Arrival arrival) implements UserInput {
    @Override
    public String userId() {
      return interaction.getUserId();
    }
  }

  /** The user's application asks for a list. */
  record Requested(RecommendationRequest request, Arrival arrival) implements UserInput {
    @Override
    public String userId() {
      return request.getUserId();
    }
  }

  /** A new profile, or null when the profile is removed. */
  record Profiled(String userId, @Nullable UserProfile profile, Arrival arrival)
      implements UserInput {}

  /** A rule about the user's lists, or null when it is removed. */
  record Ruled(String userId, String ruleId, @Nullable Rule rule, Arrival arrival)
      implements UserInput {}

  /** What a language model found in one of the user's lists, or null when that is removed. */
  record Reranked(String userId, @Nullable RerankedCandidates reranked, Arrival arrival)
      implements UserInput {}

  /** The user asks to be forgotten. */
  record Erased(Erasure erasure, Arrival arrival) implements UserInput {
    @Override
    public String userId() {
      return erasure.getUserId();
    }
  }
}
