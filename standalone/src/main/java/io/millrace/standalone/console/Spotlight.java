package io.millrace.standalone.console;

import io.millrace.standalone.data.Catalogue;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Picks a few users and turns some of their lists into text: as many as one can read, whatever the
 * speed of the replay. Used by one thread.
 */
public final class Spotlight {
  private static final int SHOWN = 5;

  /** After so many ratings a list says something about its user. */
  private static final int ENOUGH = 3;

  private final Catalogue catalogue;
  private final long pauseNanos;
  private final Set<String> returning = new HashSet<>();
  private final Map<String, List<Rating>> ratings = new LinkedHashMap<>();
  private final Map<String, Integer> placeOfEvent = new HashMap<>();
  private boolean anyShown;
  private long lastShown;

  /**
   * Watches some users of a plan.
   *
   * @param users how many
   * @param pause between two lists
   */
  public Spotlight(ReplayPlan plan, Catalogue catalogue, int users, Duration pause) {
    this.catalogue = catalogue;
    this.pauseNanos = pause.toNanos();
    plan.requests().forEach(request -> returning.add(request.user()));
    SpotlightUsers.choose(plan, users).forEach(user -> ratings.put(user, new ArrayList<>()));
    plan.backfill().forEach(this::remember);
    plan.events().forEach(this::remember);
  }

  private void remember(Rating rating) {
    List<Rating> own = ratings.get(rating.user());
    if (own != null) {
      placeOfEvent.put(rating.eventId(), own.size());
      own.add(rating);
    }
  }

  /** The users that are watched. */
  public Set<String> users() {
    return ratings.keySet();
  }

  /**
   * A list has arrived.
   *
   * @param user whose it is
   * @param eventId the event that it answers
   * @param itemIds best first
   * @param how the rung and the time that it took, for people
   * @param notes further lines below, asked for when the list is shown
   * @param nanos when it was read, on a monotonic clock
   * @return lines to show, if it is a watched user's who has rated enough to be told apart, and the
   *     last one was shown long enough ago
   */
  public Optional<List<String>> onList(
      String user,
      String eventId,
      List<String> itemIds,
      String how,
      Supplier<List<String>> notes,
      long nanos) {
    List<Rating> own = ratings.get(user);
    Integer place = placeOfEvent.get(eventId);
    if (own == null || place == null || place + 1 < ENOUGH) {
      return Optional.empty();
    }
    if (anyShown && nanos - lastShown < pauseNanos) {
      return Optional.empty();
    }
    anyShown = true;
    lastShown = nanos;
    String headline =
        String.format(
            Locale.ROOT,
            "user %s, %s, %,d ratings so far · %s",
            user,
            returning.contains(user) ? "returning" : "new",
            place + 1,
            how);
    return Optional.of(
        ListBlock.render(headline, newest(own, place), titles(itemIds), notes.get()));
  }

  private List<ListBlock.Rated> newest(List<Rating> own, int place) {
    List<ListBlock.Rated> rated = new ArrayList<>();
    for (int i = place; i >= 0 && rated.size() < SHOWN; i--) {
      rated.add(new ListBlock.Rated(catalogue.label(own.get(i).item()), own.get(i).stars()));
    }
    return rated;
  }

  private List<String> titles(List<String> itemIds) {
    return itemIds.stream().limit(SHOWN).map(catalogue::label).toList();
  }
}
