package io.millrace.flink.features;

import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a language model found in looking over one of a user's lists, and which list it was asked
 * about last.
 *
 * @param askedUpTo event time of the list asked about last, epoch milliseconds; {@link #NEVER}
 *     before the first
 * @param found null until something is
 */
public record UserReranking(long askedUpTo, @Nullable Found found) {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  /** Before the first question. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Of a user of whom nothing is known. */
  public static final UserReranking NONE = new UserReranking(NEVER, null);

  /**
   * What was found.
   *
   * @param recommendationId of the list
   * @param eventTime of the list's newest event, epoch milliseconds
   * @param model that answered
   * @param promptVersion that it was asked with
   * @param scores standardised over the list's candidates
   */
  public record Found(
      String recommendationId,
      long eventTime,
      String model,
      String promptVersion,
      List<Scored> scores) {}

  /**
   * A candidate.
   *
   * @param score finite
   */
  public record Scored(String itemId, float score) {}

  /** A list was asked about. */
  public UserReranking asked(long eventTime) {
    return new UserReranking(eventTime, found);
  }

  /** Takes in what was found, unless something newer is known. */
  public UserReranking with(RerankedCandidates reranked) {
    long eventTime = reranked.getEventTime().toEpochMilli();
    if (found != null && found.eventTime > eventTime) {
      return this;
    }
    List<Scored> scores = new ArrayList<>(reranked.getScores().size());
    for (RerankScore score : reranked.getScores()) {
      scores.add(new Scored(score.getItemId(), score.getScore()));
    }
    return new UserReranking(
        askedUpTo,
        new Found(
            reranked.getRecommendationId(),
            eventTime,
            reranked.getModel(),
            reranked.getPromptVersion(),
            List.copyOf(scores)));
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeLong(askedUpTo);
    out.writeBoolean(found != null);
    if (found != null) {
      Compact.writeText(out, found.recommendationId);
      Compact.writeSigned(out, found.eventTime);
      Compact.writeText(out, found.model);
      Compact.writeText(out, found.promptVersion);
      Compact.write(out, found.scores.size());
      for (Scored scored : found.scores) {
        Compact.writeText(out, scored.itemId);
        out.writeFloat(scored.score);
      }
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static UserReranking readFrom(DataInput in) throws IOException {
    long askedUpTo = in.readLong();
    if (!in.readBoolean()) {
      return new UserReranking(askedUpTo, null);
    }
    String recommendationId = Compact.readText(in);
    long eventTime = Compact.readSigned(in);
    String model = Compact.readText(in);
    String promptVersion = Compact.readText(in);
    int size = Compact.readLength(in);
    List<Scored> scores = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      scores.add(new Scored(Compact.readText(in), in.readFloat()));
    }
    return new UserReranking(
        askedUpTo,
        new Found(recommendationId, eventTime, model, promptVersion, List.copyOf(scores)));
  }
}
