package io.millrace.standalone.profiles;

import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.CatalogueItem;
import io.millrace.standalone.data.Rating;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether a claim about a user is right. Independent of the gate: no code is shared with it, and it
 * looks at all ratings of the user, among them those that were given after the profile was written.
 *
 * <p>A claim names the genres that stand in it or, where none does, all of it. An item has what it
 * names if that is one of its genres, a word of its title (singular or plural), or its decade. An
 * interest is right if the share of ratings with at least 4 stars is larger among the user's
 * ratings of such items than among all of the user's ratings; a dislike if it is smaller. With
 * fewer than {@value #LEAST_RATINGS} such ratings nothing can be said.
 */
final class LabelRule {
  static final int LEAST_RATINGS = 3;
  private static final double LIKED = 4;
  private static final int YEAR_DIGITS = 4;

  private final Catalogue catalogue;

  LabelRule(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** What the rule says. */
  enum Label {
    RIGHT,
    WRONG,
    UNDECIDED
  }

  /**
   * Applies the rule.
   *
   * @param ratings the user's
   * @param text what is claimed
   * @param liked whether an interest, or a dislike
   */
  Label label(List<Rating> ratings, String text, boolean liked) {
    Set<String> wanted = named(text.strip().toLowerCase(Locale.ROOT));
    List<Rating> having =
        ratings.stream()
            .filter(rating -> wanted.stream().allMatch(each -> has(rating, each)))
            .toList();
    if (having.size() < LEAST_RATINGS) {
      return Label.UNDECIDED;
    }
    double difference = likedShare(having) - likedShare(ratings);
    return (liked ? difference > 0 : difference < 0) ? Label.RIGHT : Label.WRONG;
  }

  private Set<String> named(String text) {
    Set<String> genres =
        catalogue.items().stream()
            .flatMap(item -> item.genres().stream())
            .map(genre -> genre.toLowerCase(Locale.ROOT))
            .filter(genre -> isWithin(genre, text))
            .collect(Collectors.toSet());
    return genres.isEmpty() ? Set.of(text) : genres;
  }

  private static boolean isWithin(String genre, String text) {
    return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(genre) + "(?![\\p{L}\\p{N}])")
        .matcher(text)
        .find();
  }

  private boolean has(Rating rating, String wanted) {
    CatalogueItem item = catalogue.item(rating.item());
    Predicate<String> same = word -> word.equals(wanted) || word.equals(wanted + "s");
    return item != null
        && (item.genres().stream().map(genre -> genre.toLowerCase(Locale.ROOT)).anyMatch(same)
            || Arrays.stream(item.title().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .anyMatch(same)
            || (item.year().length() == YEAR_DIGITS
                && same.test(item.year().substring(0, YEAR_DIGITS - 1) + "0s")));
  }

  private static double likedShare(List<Rating> ratings) {
    return ratings.stream().filter(rating -> rating.stars() >= LIKED).count()
        / (double) ratings.size();
  }
}
