package io.millrace.flink.functions;

import io.millrace.flink.features.PackedIds;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.ProfileClaim;
import io.millrace.flink.features.RerankPolicy;
import io.millrace.flink.features.UserReranking;
import io.millrace.flink.features.UserReranking.Found;
import io.millrace.flink.features.UserReranking.Scored;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.Reranker;
import io.millrace.flink.profiles.RerankPrompt;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Reranking;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * What a language model has to do with a list that is about to leave: what it found in an earlier
 * one of the user, and whether it is to look over this one. No list waits for it.
 */
final class ListReranking {
  private static final int LEAST_CANDIDATES = 2;

  private final RerankPolicy policy;
  private final Counter asked;
  private final Counter changed;
  private final Counter tooOld;

  ListReranking(RerankPolicy policy, MetricGroup group) {
    this.policy = policy;
    asked = group.counter("rerankQuestions");
    changed = group.counter("listsReranked");
    tooOld = group.counter("rerankingsTooOld");
  }

  /**
   * What was found that concerns a list's answer; what is too old for it is forgotten.
   *
   * @param served the answer; empty when none came
   * @return null where nothing was found
   */
  @Nullable Reranking used(PendingList list, List<Candidate> served) throws IOException {
    PendingTrigger trigger = list.trigger;
    if (served.isEmpty() || !isNamed(list)) {
      return null;
    }
    UserReranking known = list.user.reranking();
    Found found = known.found();
    if (found == null) {
      return null;
    }
    if (!policy.isFresh(found.eventTime(), trigger.lastEventTime())) {
      tooOld.inc();
      list.user.setReranking(new UserReranking(known.askedUpTo(), null));
      return null;
    }
    Set<String> ids = new HashSet<>();
    served.forEach(candidate -> ids.add(candidate.itemId()));
    List<RerankScore> scores = new ArrayList<>();
    for (Scored scored : found.scores()) {
      if (ids.contains(scored.itemId())) {
        scores.add(new RerankScore(scored.itemId(), scored.score()));
      }
    }
    return scores.isEmpty() || policy.weight() == 0
        ? null
        : new Reranking(
            found.recommendationId(),
            found.model(),
            found.promptVersion(),
            policy.weight(),
            scores);
  }

  /** The answer in the order that this gives it. */
  List<Candidate> order(List<Candidate> served, @Nullable Reranking used, int k) {
    List<Candidate> ordered = Reranker.of(used).order(served);
    int first = Math.min(k, served.size());
    if (!ordered.subList(0, first).equals(served.subList(0, first))) {
      changed.inc();
    }
    return ordered;
  }

  /**
   * What a language model is to be asked about a list; null for most lists.
   *
   * @param served the answer; empty when none came
   * @param now epoch milliseconds
   */
  @Nullable RerankQuestion question(
      PendingList list, PendingList.Inputs inputs, List<Candidate> served, long now)
      throws IOException {
    PendingTrigger trigger = list.trigger;
    if (served.size() < LEAST_CANDIDATES || !isNamed(list)) {
      return null;
    }
    UserReranking known = list.user.reranking();
    if (!policy.asks(inputs.sequence().length(), trigger.lastEventTime(), known)) {
      return null;
    }
    asked.inc();
    list.user.setReranking(known.asked(trigger.lastEventTime()));
    return new RerankQuestion(
        inputs.id(),
        list.user.userId,
        trigger.surface(),
        newest(inputs.sequence().itemIds()),
        liked(inputs.claims()),
        served.stream()
            .limit(policy.candidates())
            .map(candidate -> new RerankCandidate(candidate.itemId(), candidate.score()))
            .toList(),
        Instant.ofEpochMilli(trigger.lastEventTime()),
        Instant.ofEpochMilli(now));
  }

  private boolean isNamed(PendingList list) {
    return list.trigger.lastEventId() != null
        && policy.names(list.user.userId, list.trigger.surface());
  }

  private static List<String> newest(PackedIds sequence) {
    List<String> ids = new ArrayList<>(sequence);
    return List.copyOf(
        ids.subList(Math.max(0, ids.size() - RerankPrompt.MOST_HISTORY), ids.size()));
  }

  private static List<String> liked(List<ProfileClaim> claims) {
    return claims.stream()
        .filter(claim -> claim.weight() > 0)
        .limit(RerankPrompt.MOST_KEYWORDS)
        .map(ProfileClaim::text)
        .toList();
  }
}
