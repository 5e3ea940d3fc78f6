package io.millrace.flink.functions;

import io.millrace.flink.features.ItemReason;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PackedIds;
import io.millrace.flink.inference.PopularSent;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendFailure;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.LastMile;
import io.millrace.flink.lastmile.Offer;
import io.millrace.flink.lastmile.Outcome;
import io.millrace.flink.records.PopularNow;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rung;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the best list there is: the model server's, else the user's last one, else what is
 * popular. What the user has seen and what the caller excludes is on none of them: the server was
 * told to leave it out, the lower rungs leave it out here. Rules apply to all of them.
 */
final class Ladder {
  private static final String POPULAR = "popular";
  private static final String EMPTY_ANSWER = "empty-answer";
  private static final String RULES = "rules";
  private static final float ALWAYS = 1f;

  private final PopularNow initial;
  private final int popularSent;
  private PopularNow popular;
  private PopularSent sent = PopularSent.NONE;

  /**
   * A list and how it came about.
   *
   * @param reason why a lower rung was taken, or why the ranker did not order the list; null on the
   *     server's own
   * @param modelVersion of the model that made the list; null when no model did
   * @param outcome what rules and the catalogue made of it
   */
  record Choice(
      List<RecommendedItem> items,
      Rung rung,
      @Nullable String reason,
      @Nullable String modelVersion,
      Outcome outcome) {
    /** Whether rules, or a catalogue that has nothing available, left nothing. */
    boolean emptied() {
      return items.isEmpty() && RULES.equals(reason);
    }
  }

  /**
   * @param initial popular items until the first count, and after those counted
   * @param popularSent items of popular-now that calls send
   */
  Ladder(PopularNow initial, int popularSent) {
    this.initial = initial;
    this.popular = initial;
    this.popularSent = popularSent;
  }

  void popularNow(PopularNow now) {
    popular = now.then(initial);
    sent = sent(now);
  }

  private PopularSent sent(PopularNow now) {
    int size = now.topCount() > 0 ? Math.min(popularSent, now.items().size()) : 0;
    List<String> ids = new ArrayList<>(size);
    float[] counts = new float[size];
    for (int i = 0; i < size; i++) {
      ids.add(now.items().get(i).itemId());
      counts[i] = (float) (now.items().get(i).weight() * now.topCount());
    }
    return new PopularSent(PackedIds.of(ids), counts);
  }

  /** What was counted as popular, for calls: the same object until it is counted anew. */
  PopularSent popularSent() {
    return sent;
  }

  /**
   * The best list.
   *
   * @param answer the server's; null when none came
   * @param served its items, in the order that counts
   * @param failure why none came; null when one did
   * @param last the user's last list; null without one
   * @param inputs what the list was asked for with
   * @param rules what is done to it
   */
  Choice choose(
      @Nullable RecommendAnswer answer,
      List<Candidate> served,
      RecommendFailure.@Nullable Reason failure,
      @Nullable LastList last,
      PendingList.Inputs inputs,
      int k,
      LastMile rules) {
    Iterable<Candidate> lower = () -> lower(last, inputs).iterator();
    Outcome outcome = rules.apply(new Offer(served, lower, inputs.exclude(), k));
    List<RecommendedItem> items = items(outcome, served, inputs);
    boolean removed = !outcome.applied().isEmpty();
    if (answer != null && outcome.fromServer() > 0) {
      return new Choice(items, answer.rung(), answer.rungReason(), answer.modelVersion(), outcome);
    }
    String reason = failure == null ? EMPTY_ANSWER : name(failure);
    if (removed && (!served.isEmpty() || items.isEmpty())) {
      reason = RULES;
    }
    boolean lasting = last != null && holdsAny(last, outcome.items());
    return new Choice(
        items,
        lasting ? Rung.LAST_LIST : Rung.POPULAR,
        reason,
        lasting && last != null ? last.modelVersion() : null,
        outcome);
  }

  private List<Candidate> lower(@Nullable LastList last, PendingList.Inputs inputs) {
    Set<String> out = new HashSet<>(inputs.exclude());
    List<Candidate> lower = new ArrayList<>();
    if (last != null) {
      for (LastList.Item item : last.items()) {
        if (out.add(item.itemId())) {
          lower.add(new Candidate(item.itemId(), item.score(), item.source(), -1));
        }
      }
    }
    for (PopularNow.Item item : popular.items()) {
      if (out.add(item.itemId())) {
        lower.add(new Candidate(item.itemId(), item.weight(), POPULAR, -1));
      }
    }
    return lower;
  }

  private static boolean holdsAny(LastList last, List<Candidate> items) {
    Set<String> ids = new HashSet<>();
    last.items().forEach(item -> ids.add(item.itemId()));
    return items.stream().anyMatch(item -> ids.contains(item.itemId()));
  }

  /** Only for what the server brought there is something to say. */
  private static List<RecommendedItem> items(
      Outcome outcome, List<Candidate> served, PendingList.Inputs inputs) {
    // Candidates of the answer are on the list themselves, not as copies.
    Set<Candidate> ofServer = Collections.newSetFromMap(new IdentityHashMap<>());
    ofServer.addAll(served);
    List<RecommendedItem> items = new ArrayList<>(outcome.items().size());
    for (Candidate item : outcome.items()) {
      String reason =
          ofServer.contains(item)
              ? ItemReason.of(item.source(), item.matchedKeyword(), inputs.claims())
              : null;
      items.add(new RecommendedItem(item.itemId(), item.score(), item.source(), ALWAYS, reason));
    }
    return items;
  }

  static String name(RecommendFailure.Reason failure) {
    return failure.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
