package io.millrace.standalone.profiles;

import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The users who come back in the demo's replay, with ratings enough before it. */
final class KnownUsers {
  private static final int LEAST_EVENTS = 5;
  private static final long MILLIS = 1_000;

  private final MovieLens movieLens;
  private final EvidenceOfUser evidences;
  private final LabelRule rule;
  private final Map<String, List<Rating>> all;

  /** What is known of a user. */
  enum Evidence {
    /** Ratings. */
    RATINGS,
    /** Nothing but statements, made from the ratings. */
    STATEMENTS
  }

  KnownUsers(MovieLens movieLens, EvidenceOfUser evidences) {
    this.movieLens = movieLens;
    this.evidences = evidences;
    this.rule = new LabelRule(movieLens.catalogue());
    this.all = byUser(movieLens.ratings());
  }

  /**
   * In the order in which they first came.
   *
   * @param from what profiles are written from
   * @param kept events of a user that are kept
   * @param most users
   */
  List<KnownUser> of(Evidence from, int kept, int most) {
    List<KnownUser> users = new ArrayList<>();
    byUser(ReplayPlan.of(movieLens.ratings(), Integer.MAX_VALUE).backfill())
        .forEach(
            (user, past) -> {
              if (past.size() >= LEAST_EVENTS && users.size() < most) {
                known(from, user, past, kept, users.size()).ifPresent(users::add);
              }
            });
    return users;
  }

  /** Nobody, where there is nothing to say. */
  private Optional<KnownUser> known(
      Evidence from, String user, List<Rating> past, int kept, int number) {
    List<Rating> ratings = all.getOrDefault(user, List.of());
    List<Rating> later = ratings.subList(past.size(), ratings.size());
    KnownUser.Labeller byLater = (text, liked) -> rule.label(later, text, liked);
    if (from == Evidence.RATINGS) {
      return Optional.of(
          new KnownUser(
              user,
              evidences.of(past, kept, null),
              (text, liked) -> rule.label(ratings, text, liked),
              byLater));
    }
    Preferences said = Preferences.of(past, movieLens.catalogue());
    long time = past.get(past.size() - 1).epochSecond() * MILLIS;
    List<EvidenceEvent> statements = said.statements(number, time);
    return statements.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new KnownUser(
                user,
                new ProfileEvidence(statements, null, statements.size()),
                said::label,
                byLater));
  }

  /** Nobody has 1,000 ratings; the two with most of them do together. */
  List<Rating> mostActive() {
    return all.values().stream()
        .sorted(Comparator.comparingInt((List<Rating> ratings) -> -ratings.size()))
        .limit(2)
        .flatMap(List::stream)
        .toList();
  }

  private static Map<String, List<Rating>> byUser(List<Rating> ratings) {
    Map<String, List<Rating>> users = new LinkedHashMap<>();
    for (Rating rating : ratings) {
      users.computeIfAbsent(rating.user(), user -> new ArrayList<>()).add(rating);
    }
    return users;
  }
}
