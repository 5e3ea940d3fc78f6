package io.millrace.flink.functions;

import io.millrace.flink.profiles.Rejection;
import io.millrace.flink.profiles.WrittenProfile;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What the dashboard shows of profiles being written. */
final class ProfileMetrics {
  private static final int WINDOW = 1000;

  private final Map<Rejection, Counter> rejectedBy = new EnumMap<>(Rejection.class);
  private final Histogram waitMillis;

  /** Profiles written. */
  final Counter written;

  /** Claims in them. */
  final Counter claims;

  /** Claims left out of them, for whatever reason. */
  final Counter rejected;

  /** Refreshes given up because an answer was not in the form that was asked for. */
  final Counter unreadable;

  /** Questions offered to the gateway, each time that they are. */
  final Counter offered;

  /** Refreshes whose answers were in the journal before they were asked. */
  final Counter replayed;

  /** Profiles that left without a vector because the encoder failed. */
  final Counter unencoded;

  /** Tokens of answers that profiles were written from. */
  final Counter tokens;

  /** Events seen twice. */
  final Counter duplicates;

  /** Inputs that an erasure covers. */
  final Counter erased;

  ProfileMetrics(MetricGroup group) {
    written = group.counter("profilesWritten");
    claims = group.counter("claims");
    rejected = group.counter("claimsRejected");
    for (Rejection reason : Rejection.values()) {
      rejectedBy.put(
          reason, group.counter("claimsRejected_" + reason.name().toLowerCase(Locale.ROOT)));
    }
    unreadable = group.counter("refreshesUnreadable");
    offered = group.counter("questionsOffered");
    replayed = group.counter("refreshesReplayed");
    unencoded = group.counter("profilesUnencoded");
    tokens = group.counter("profileTokens");
    duplicates = group.counter("eventsDuplicate");
    erased = group.counter("inputsErased");
    waitMillis = group.histogram("refreshWaitMillis", new DescriptiveStatisticsHistogram(WINDOW));
  }

  /** Counts a profile. */
  void wrote(WrittenProfile profile, long waitedMillis, int tokensUsed) {
    written.inc();
    claims.inc(
        profile.interests().size() + profile.dislikes().size() + (long) profile.aspects().size());
    rejected.inc(profile.claimsRejected());
    profile.rejected().forEach((reason, count) -> counter(reason).inc(count));
    tokens.inc(tokensUsed);
    waitMillis.update(waitedMillis);
  }

  private Counter counter(Rejection reason) {
    Counter counter = rejectedBy.get(reason);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + reason);
    }
    return counter;
  }
}
