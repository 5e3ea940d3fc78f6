package io.millrace.standalone.evaluation;

import io.millrace.flink.profiles.ProfileText;
import io.millrace.schemas.avro.UserProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Counts profiles as they arrive, and keeps each user's newest. Safe for several threads. */
public final class ProfileLedger {
  private final Map<String, Newest> newest = new HashMap<>();
  private long generated;
  private long claims;
  private long rejected;
  private long tokens;

  private record Newest(long version, String text) {}

  /**
   * What was counted.
   *
   * @param generated profiles that arrived, every version counted
   * @param claims in them
   * @param rejected claims that the gate left out of them
   * @param tokens of the answers that they were written from
   * @param users who have one
   */
  public record Counts(long generated, long claims, long rejected, long tokens, int users) {}

  /** A profile has arrived; one that comes again counts once. */
  public synchronized void received(UserProfile profile) {
    Newest known = newest.get(profile.getUserId());
    if (known != null && known.version >= profile.getVersion()) {
      return;
    }
    newest.put(profile.getUserId(), new Newest(profile.getVersion(), ProfileText.of(profile)));
    generated++;
    claims +=
        profile.getInterests().size()
            + profile.getDislikes().size()
            + (long) profile.getAspects().size();
    rejected += profile.getClaimsRejected();
    tokens += profile.getPromptTokens() + (long) profile.getCompletionTokens();
  }

  /** A user's newest profile in one line; empty while there is none. */
  public synchronized Optional<String> lineOf(String user) {
    return Optional.ofNullable(newest.get(user))
        .map(profile -> "profile " + profile.version + ": " + profile.text);
  }

  /** How many of these users have no profile yet. */
  public synchronized long without(Set<String> users) {
    return users.stream().filter(user -> !newest.containsKey(user)).count();
  }

  /** Everything counted so far. */
  public synchronized Counts counts() {
    return new Counts(generated, claims, rejected, tokens, newest.size());
  }
}
