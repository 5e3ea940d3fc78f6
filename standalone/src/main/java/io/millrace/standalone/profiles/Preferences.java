package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody would say that they like and do not, made from their ratings: the two genres whose
 * share of 4 stars and more lies furthest above that of all their ratings, and the two furthest
 * below. A genre has to have three ratings.
 *
 * @param likes genres, most liked first
 * @param dislikes genres, least liked first
 */
record Preferences(List<String> likes, List<String> dislikes) {
  private static final int MOST = 2;
  private static final int LEAST_RATINGS = 3;
  private static final double LIKED = 4;
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  /** How people say it: likes and dislikes in a sentence, with and without words of refusal. */
  private static final List<String> SAYINGS =
      List.of(
          "I like %1$s, but no %2$s.",
          "%1$s for me, please. I hate %2$s.",
          "I enjoy %1$s, and I find %2$s boring.",
          "Everything but %2$s; best of all %1$s.");

  Preferences {
    likes = List.copyOf(likes);
    dislikes = List.copyOf(dislikes);
  }

  /** Those that ratings show. */
  static Preferences of(List<Rating> ratings, Catalogue catalogue) {
    double usual = share(ratings);
    Map<String, List<Rating>> byGenre = new HashMap<>();
    for (Rating rating : ratings) {
      CatalogueItem item = catalogue.item(rating.item());
      if (item != null) {
        item.genres()
            .forEach(
                genre -> byGenre.computeIfAbsent(genre, none -> new ArrayList<>()).add(rating));
      }
    }
    byGenre.values().removeIf(those -> those.size() < LEAST_RATINGS);
    Map<String, Double> lift = new HashMap<>();
    byGenre.forEach((genre, those) -> lift.put(genre, share(those) - usual));
    Comparator<Map.Entry<String, Double>> byLift =
        Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey());
    return new Preferences(
        lift.entrySet().stream()
            .filter(genre -> genre.getValue() > 0)
            .sorted(byLift.reversed())
            .limit(MOST)
            .map(Map.Entry::getKey)
            .toList(),
        lift.entrySet().stream()
            .filter(genre -> genre.getValue() < 0)
            .sorted(byLift)
            .limit(MOST)
            .map(Map.Entry::getKey)
            .toList());
  }

  /**
   * As statements: each like with the dislike of the same place.
   *
   * @param number decides how it is said
   * @param time of all, epoch milliseconds
   */
  List<EvidenceEvent> statements(int number, long time) {
    List<EvidenceEvent> said = new ArrayList<>();
    for (int i = 0; i < Math.min(likes.size(), dislikes.size()); i++) {
      String saying = SAYINGS.get((number + i) % SAYINGS.size());
      said.add(
          new EvidenceEvent(
              "statement-" + (i + 1),
              null,
              null,
              InteractionType.PREFERENCE_STATEMENT,
              null,
              time,
              String.format(saying, likes.get(i), dislikes.get(i))));
    }
    return said;
  }

  /** Whether a claim is one of those that were said, or a word of it. */
  LabelRule.Label label(String text, boolean liked) {
    Set<String> words = words(text);
    boolean said =
        !words.isEmpty()
            && (liked ? likes : dislikes)
                .stream().map(Preferences::words).anyMatch(genre -> genre.containsAll(words));
    return said ? LabelRule.Label.RIGHT : LabelRule.Label.WRONG;
  }

  private static Set<String> words(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  private static double share(List<Rating> ratings) {
    return ratings.stream().filter(rating -> rating.stars() >= LIKED).count()
        / (double) ratings.size();
  }
}
