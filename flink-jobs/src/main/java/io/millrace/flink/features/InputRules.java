package io.millrace.flink.features;

import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a decoded record may say. A record that says something impossible would otherwise poison a
 * user's state, or hold it hostage to a time that never comes.
 *
 * @param skewMillis how far a record's own time may lie after its Kafka timestamp
 */
public record InputRules(long skewMillis) {
  /** Characters of an id at most. */
  public static final int MAX_ID_CHARS = 256;

  /** Items that a request may ask for at most. */
  public static final int MAX_K = 1000;

  /** Items that a request may exclude at most. */
  public static final int MAX_EXCLUDED = 10_000;

  /** Characters of a request's surface at most. */
  public static final int MAX_SURFACE_CHARS = 256;

  /** Items of a list that a language model looks over, or of the user's history, at most. */
  public static final int MAX_RERANKED = 1000;

  /** Characters of a preference statement that profiles are written from; the rest is left out. */
  public static final int MAX_STATEMENT_CHARS = 500;

  /** What is wrong with an interaction; null when nothing is. */
  public @Nullable Refusal check(Interaction event, long published) {
    Refusal refusal = checkId("eventId", event.getEventId());
    if (refusal == null) {
      refusal = checkId("userId", event.getUserId());
    }
    if (refusal == null && event.getItemId() == null) {
      refusal =
          event.getType() == InteractionType.PREFERENCE_STATEMENT
              ? null
              : Refusal.impossible(
                  "itemId is null in a " + event.getType() + ": only statements have no item");
    } else if (refusal == null) {
      refusal = checkId("itemId", event.getItemId());
    }
    Double value = event.getValue();
    if (refusal == null && value != null && !Double.isFinite(value)) {
      refusal = Refusal.impossible("value is " + value + ": it must be finite");
    }
    return refusal == null ? checkTime("eventTime", event.getEventTime(), published) : refusal;
  }

  /** What is wrong with a request; null when nothing is. */
  public @Nullable Refusal check(RecommendationRequest request, long published) {
    Refusal refusal = checkId("requestId", request.getRequestId());
    if (refusal == null) {
      refusal = checkId("userId", request.getUserId());
    }
    if (refusal == null && request.getAfterEventId() != null) {
      refusal = checkId("afterEventId", request.getAfterEventId());
    }
    Integer k = request.getK();
    if (refusal == null && k != null && (k < 1 || k > MAX_K)) {
      refusal = Refusal.impossible("k is " + k + ": it must be 1 to " + MAX_K);
    }
    Integer deadline = request.getDeadlineMillis();
    if (refusal == null && deadline != null && deadline < 1) {
      refusal = Refusal.impossible("deadlineMillis is " + deadline + ": it must be at least 1");
    }
    if (refusal == null && request.getSurface().length() > MAX_SURFACE_CHARS) {
      refusal =
          Refusal.impossible(
              "surface has "
                  + request.getSurface().length()
                  + " characters: at most "
                  + MAX_SURFACE_CHARS
                  + " are allowed");
    }
    if (refusal == null && request.getExcludeItemIds().size() > MAX_EXCLUDED) {
      refusal =
          Refusal.impossible(
              "excludeItemIds has "
                  + request.getExcludeItemIds().size()
                  + " ids: at most "
                  + MAX_EXCLUDED
                  + " are allowed");
    }
    for (int i = 0; refusal == null && i < request.getExcludeItemIds().size(); i++) {
      refusal = checkId("excludeItemIds[" + i + "]", request.getExcludeItemIds().get(i));
    }
    return refusal == null
        ? checkTime("requestTime", request.getRequestTime(), published)
        : refusal;
  }

  /** What is wrong with a profile; null when nothing is. */
  public @Nullable Refusal check(UserProfile profile, long published) {
    Refusal refusal = checkId("userId", profile.getUserId());
    if (refusal == null && profile.getVersion() < 0) {
      refusal =
          Refusal.impossible("version is " + profile.getVersion() + ": it must be at least 0");
    }
    ByteBuffer vector = profile.getVector();
    if (refusal == null && vector != null) {
      refusal = checkVector(vector);
    }
    return refusal == null ? checkTime("updatedAt", profile.getUpdatedAt(), published) : refusal;
  }

  /** What is wrong with an erasure; null when nothing is. */
  public @Nullable Refusal check(Erasure erasure, long published) {
    Refusal refusal = checkId("erasureId", erasure.getErasureId());
    if (refusal == null) {
      refusal = checkId("userId", erasure.getUserId());
    }
    return refusal == null
        ? checkTime("requestedAt", erasure.getRequestedAt(), published)
        : refusal;
  }

  /** What is wrong with a wish for a profile; null when nothing is. */
  public @Nullable Refusal check(ProfileRefresh refresh, long published) {
    Refusal refusal = checkId("refreshId", refresh.getRefreshId());
    if (refusal == null) {
      refusal = checkId("userId", refresh.getUserId());
    }
    return refusal == null
        ? checkTime("requestedAt", refresh.getRequestedAt(), published)
        : refusal;
  }

  /** What is wrong with an answer of the journal; null when nothing is. */
  public @Nullable Refusal check(LanguageModelAnswer answer, long published) {
    Refusal refusal = checkId("answerId", answer.getAnswerId());
    if (refusal == null) {
      refusal = checkId("subject", answer.getSubject());
    }
    if (refusal == null && answer.getOrdinal() < 1) {
      refusal = Refusal.impossible("ordinal is " + answer.getOrdinal() + ": it must be at least 1");
    }
    return refusal == null ? checkTime("answeredAt", answer.getAnsweredAt(), published) : refusal;
  }

  /** What is wrong with an item; null when nothing is. */
  public @Nullable Refusal check(Item item, long published) {
    Refusal refusal = checkId("itemId", item.getItemId());
    return refusal == null ? checkTime("updatedAt", item.getUpdatedAt(), published) : refusal;
  }

  /** What is wrong with a list that is to be looked over; null when nothing is. */
  public @Nullable Refusal check(RerankQuestion question, long published) {
    Refusal refusal = checkId("userId", question.getUserId());
    if (refusal == null) {
      refusal = checkId("recommendationId", question.getRecommendationId());
    }
    if (refusal == null) {
      refusal = checkSize("itemIds", question.getItemIds().size());
    }
    if (refusal == null) {
      refusal = checkSize("candidates", question.getCandidates().size());
    }
    for (RerankCandidate candidate : question.getCandidates()) {
      refusal = refusal == null ? checkId("candidates.itemId", candidate.getItemId()) : refusal;
    }
    if (refusal == null) {
      refusal = checkTime("eventTime", question.getEventTime(), published);
    }
    return refusal == null ? checkTime("askedAt", question.getAskedAt(), published) : refusal;
  }

  /** What is wrong with what a language model said of a list; null when nothing is. */
  public @Nullable Refusal check(RerankedCandidates reranked, long published) {
    Refusal refusal = checkId("userId", reranked.getUserId());
    if (refusal == null) {
      refusal = checkSize("scores", reranked.getScores().size());
    }
    for (RerankScore score : reranked.getScores()) {
      refusal = refusal == null ? checkId("scores.itemId", score.getItemId()) : refusal;
      if (refusal == null && !Float.isFinite(score.getScore())) {
        refusal = Refusal.impossible("scores.score is " + score.getScore() + ": it must be finite");
      }
    }
    if (refusal == null) {
      refusal = checkTime("eventTime", reranked.getEventTime(), published);
    }
    return refusal == null ? checkTime("answeredAt", reranked.getAnsweredAt(), published) : refusal;
  }

  private static @Nullable Refusal checkSize(String field, int size) {
    return size <= MAX_RERANKED
        ? null
        : Refusal.impossible(
            field + " has " + size + " items: at most " + MAX_RERANKED + " are allowed");
  }

  /** What is wrong with an id; null when nothing is. */
  public static @Nullable Refusal checkId(String field, @Nullable String id) {
    if (id == null || id.isEmpty()) {
      return Refusal.impossible(field + " is empty: it must have 1 to " + MAX_ID_CHARS + " chars");
    }
    if (id.length() > MAX_ID_CHARS) {
      return Refusal.impossible(
          field
              + " has "
              + id.length()
              + " characters: at most "
              + MAX_ID_CHARS
              + " are allowed; it starts with "
              + id.substring(0, 32));
    }
    return null;
  }

  private static @Nullable Refusal checkVector(ByteBuffer vector) {
    if (vector.remaining() != ServedProfile.BYTES) {
      return Refusal.impossible(
          "vector has " + vector.remaining() + " bytes: it must have " + ServedProfile.BYTES);
    }
    for (int i = vector.position(); i < vector.limit(); i += 2) {
      if (!HalfFloat.isFinite((vector.get(i) & 0xff) | vector.get(i + 1) << 8)) {
        return Refusal.impossible(
            "vector[" + (i - vector.position()) / 2 + "] is not finite: every number must be");
      }
    }
    return null;
  }

  /** What is wrong with a time of a record; null when nothing is. */
  public @Nullable Refusal checkTime(String field, Instant instant, long published) {
    long time = instant.toEpochMilli();
    if (time < 0) {
      return Refusal.impossible(field + " is " + time + ": it must not be before 1970");
    }
    return time - skewMillis > published
        ? Refusal.future(field, time, published, skewMillis)
        : null;
  }
}
