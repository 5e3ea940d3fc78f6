package io.millrace.flink.features;

import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * For whom a language model looks lists over, and what it counts in their next ones. Immutable. All
 * of it goes by ids and event times, so a replay decides the same.
 *
 * @param share of users, 0 to 1
 * @param seed another one chooses other users
 * @param surfaces of lists; empty for all
 * @param minEvents of a user, at least 1
 * @param intervalMillis between two lists of a user that are looked over, at least, in event time
 * @param candidates of a list, at least 2
 * @param weight of the language model's scores, where the model server's have 1
 * @param maxAgeMillis for which they are used, in event time
 */
public record RerankPolicy(
    double share,
    int seed,
    Set<String> surfaces,
    int minEvents,
    long intervalMillis,
    int candidates,
    float weight,
    long maxAgeMillis)
    implements Serializable {
  /** For nobody. */
  public static final RerankPolicy OFF = new RerankPolicy(0, 1, Set.of(), 1, 0, 2, 0, 0);

  private static final double HASHES = 1L << 32;

  /** Copies the set. */
  public RerankPolicy {
    surfaces = Set.copyOf(surfaces);
  }

  /** Whether it is done for a user. */
  public boolean names(String userId) {
    return share > 0 && (share >= 1 || hash(userId) < share * HASHES);
  }

  /** Whether it is done for a user's lists of a surface. */
  public boolean names(String userId, String surface) {
    return (surfaces.isEmpty() || surfaces.contains(surface)) && names(userId);
  }

  private long hash(String userId) {
    int bits = Hashing.murmur3_32_fixed(seed).hashString(userId, StandardCharsets.UTF_8).asInt();
    return Integer.toUnsignedLong(bits);
  }

  /**
   * Whether a list is to be looked over; its user and surface are named.
   *
   * @param events in the sequence that it was made from
   * @param eventTime of the newest of them, epoch milliseconds
   * @param last what is known of the user's lists before
   */
  public boolean asks(int events, long eventTime, UserReranking last) {
    return events >= minEvents
        && (last.askedUpTo() == UserReranking.NEVER
            || eventTime > last.askedUpTo() && eventTime - last.askedUpTo() >= intervalMillis);
  }

  /**
   * Whether what was found still counts for a list.
   *
   * @param foundAt event time of the list that it is about, epoch milliseconds
   * @param eventTime of the newest event of the list to be made, epoch milliseconds
   */
  public boolean isFresh(long foundAt, long eventTime) {
    return eventTime - foundAt <= maxAgeMillis;
  }
}
