package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Ratings of the data set as what a profile is written from. */
final class EvidenceOfUser {
  private static final long MILLIS = 1_000;

  private final Map<String, ItemCard> cards = new LinkedHashMap<>();

  EvidenceOfUser(Catalogue catalogue) {
    for (CatalogueItem item : catalogue.items()) {
      Map<String, List<String>> attributes = new TreeMap<>();
      if (!item.genres().isEmpty()) {
        attributes.put("genre", item.genres());
      }
      if (!item.year().isEmpty()) {
        attributes.put("year", List.of(item.year()));
      }
      cards.put(item.id(), new ItemCard(item.label(), attributes));
    }
  }

  /** What is known of each item. */
  Collection<ItemCard> cards() {
    return cards.values();
  }

  /**
   * Of one user.
   *
   * @param ratings all so far, oldest first, at least one
   * @param most how many of them are kept
   * @param previous the profile before
   */
  ProfileEvidence of(List<Rating> ratings, int most, @Nullable UserProfile previous) {
    return new ProfileEvidence(
        ratings.subList(Math.max(0, ratings.size() - most), ratings.size()).stream()
            .map(this::event)
            .toList(),
        previous,
        ratings.size());
  }

  private EvidenceEvent event(Rating rating) {
    return new EvidenceEvent(
        rating.eventId(),
        rating.item(),
        cards.get(rating.item()),
        InteractionType.RATE,
        rating.stars(),
        rating.epochSecond() * MILLIS,
        null);
  }
}
