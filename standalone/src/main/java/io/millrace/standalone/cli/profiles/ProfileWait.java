package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waits until a newer profile is there. */
final class ProfileWait {
  private static final Duration POLL = Duration.ofMillis(250);

  private final ProfileHistory history;
  private final Source source;
  private final LongSupplier nanoClock;

  /** Brings new records into the history. */
  @FunctionalInterface
  interface Source {
    /** Reads what has come, waiting for it at most that long. */
    void poll(Duration atMost);
  }

  /**
   * @param nanoClock monotonic
   */
  ProfileWait(ProfileHistory history, Source source, LongSupplier nanoClock) {
    this.history = history;
    this.source = source;
    this.nanoClock = nanoClock;
  }

  /**
   * Waits for a profile.
   *
   * @param before the newest one so far; null when there is none
   * @param wanted what the newer one must be like
   * @return whether the newest one now is newer and like that
   */
  boolean await(@Nullable UserProfile before, Predicate<UserProfile> wanted, Duration limit) {
    long started = nanoClock.getAsLong();
    while (!isThere(before, wanted)) {
      Duration left = limit.minusNanos(nanoClock.getAsLong() - started);
      if (left.isNegative() || left.isZero()) {
        return false;
      }
      source.poll(left.compareTo(POLL) < 0 ? left : POLL);
    }
    return true;
  }

  private boolean isThere(@Nullable UserProfile before, Predicate<UserProfile> wanted) {
    UserProfile newest = history.newest();
    return newest != null && history.isNewerThan(before) && wanted.test(newest);
  }
}
