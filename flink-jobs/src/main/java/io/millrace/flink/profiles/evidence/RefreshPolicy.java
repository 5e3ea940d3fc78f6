package io.millrace.flink.profiles.evidence;

import java.io.Serializable;

/**
 * When a profile is worth writing again: by what it does not know yet, not on every event. It
 * depends on the user's own events alone, so a replay decides the same.
 *
 * <p>The first is written after {@code minEvents}. Later ones wait until what is new makes up
 * {@code share} of everything known, or less of it the more it differs from what was known: with a
 * share of a half and unchanged tastes, at 5, 10, 20, 40 events and so on, so that a user of a
 * thousand events has had eight refreshes.
 *
 * @param minEvents new events before any refresh, at least 1
 * @param share new events' part of all, above 0 and at most 1
 * @param maxEvents events of a user that are kept at most; the newest are
 * @param statementWorth events that a preference statement counts as
 */
public record RefreshPolicy(int minEvents, double share, int maxEvents, int statementWorth)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Refuses what is out of range. */
  public RefreshPolicy {
    if (minEvents < 1 || share <= 0 || share > 1 || maxEvents < 1 || statementWorth < 1) {
      throw new IllegalArgumentException(
          "minEvents "
              + minEvents
              + ", share "
              + share
              + ", maxEvents "
              + maxEvents
              + ", statementWorth "
              + statementWorth
              + ": at least 1, and a share of 0 to 1");
    }
  }

  /**
   * Whether a refresh is worth it.
   *
   * @param known events that the last refresh knew of
   * @param fresh what came since, statements counted for what they are worth
   * @param drift how far their tastes differ, 0 to 1
   */
  boolean isWorthwhile(long known, long fresh, double drift) {
    return fresh >= minEvents && part(known, fresh) * (1 + drift) >= share;
  }

  /**
   * What a refresh is expected to bring: the part of the user that the profile does not know, more
   * if tastes have moved, and more for those who do more. A user who is here now, whose lists the
   * profile will change at once, counts double for every event of theirs that is not a backfill.
   *
   * @param live events since the last refresh that happened just now
   */
  double gain(long known, long fresh, double drift, long live) {
    return part(known, fresh) * (1 + drift) * Math.log1p(fresh) * (1 + live);
  }

  private static double part(long known, long fresh) {
    return (double) fresh / (known + fresh);
  }
}
