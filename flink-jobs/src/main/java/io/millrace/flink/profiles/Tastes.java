package io.millrace.flink.profiles;

import io.millrace.schemas.avro.InteractionType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user's events say, each seen against all of them: for somebody who gives two stars as a
 * rule, three are praise.
 */
final class Tastes {
  /** From this part of the scale on a rating is praise, whoever gives it: 4 of 5. */
  private static final double GOOD = 0.8;

  /** Up to this part of the scale it is none: 2 of 5. */
  private static final double BAD = 0.4;

  private final double ratingScale;
  private final double meanRating;

  /**
   * Of a user.
   *
   * @param ratingScale the best rating there is
   * @param events all events that are known, ratings among them or not
   */
  Tastes(double ratingScale, List<EvidenceEvent> events) {
    this.ratingScale = ratingScale;
    this.meanRating =
        events.stream()
            .filter(event -> event.type() == InteractionType.RATE && event.value() != null)
            .mapToDouble(EvidenceEvent::value)
            .average()
            .orElse(GOOD * ratingScale);
  }

  /** What an event says of its item; a statement says nothing without what it is asked about. */
  Stance stance(EvidenceEvent event) {
    return switch (event.type()) {
      case LIKE, PURCHASE, CLICK -> Stance.FOR;
      case DISLIKE, SKIP -> Stance.AGAINST;
      case RATE -> ofRating(event.value());
      case VIEW, PREFERENCE_STATEMENT, UNKNOWN -> Stance.NEITHER;
    };
  }

  /** Whether an event says so: of its item or, a statement, of anything. */
  boolean says(EvidenceEvent event, Stance stance) {
    String said = event.statement();
    return said == null ? stance(event) == stance : !new Statement(said).words(stance).isEmpty();
  }

  private Stance ofRating(@Nullable Double stars) {
    if (stars == null) {
      return Stance.NEITHER;
    }
    if (stars >= GOOD * ratingScale || stars > meanRating) {
      return Stance.FOR;
    }
    return stars <= BAD * ratingScale || stars < meanRating ? Stance.AGAINST : Stance.NEITHER;
  }
}
