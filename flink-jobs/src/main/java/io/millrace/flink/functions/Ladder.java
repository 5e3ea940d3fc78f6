package io.millrace.flink.functions;

import io.millrace.flink.features.ItemReason;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.ProfileClaim;
import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendFailure;
import io.millrace.flink.records.PopularNow;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rung;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the best list there is: the model server's, else the user's last one, else what is
 * popular. What the user has seen and what the caller excludes is on none of them: the server was
 * told to leave it out, the lower rungs leave it out here.
 */
final class Ladder {
  private static final String POPULAR = "popular";
  private static final String EMPTY_ANSWER = "empty-answer";
  private static final float ALWAYS = 1f;

  private final PopularNow initial;
  private PopularNow popular;

  /**
   * A list and how it came about.
   *
   * @param reason why a lower rung was taken; null on the server's own
   * @param modelVersion of the model that made the list; null when no model did
   */
  record Choice(
      List<RecommendedItem> items,
      Rung rung,
      @Nullable String reason,
      @Nullable String modelVersion) {}

  /**
   * @param initial popular items until the first count, and after those counted
   */
  Ladder(PopularNow initial) {
    this.initial = initial;
    this.popular = initial;
  }

  void popularNow(PopularNow now) {
    popular = now.then(initial);
  }

  /**
   * The best list.
   *
   * @param answer the server's; null when none came
   * @param failure why none came; null when one did
   * @param last the user's last list; null without one
   * @param inputs what the list was asked for with
   */
  Choice choose(
      @Nullable RecommendAnswer answer,
      RecommendFailure.@Nullable Reason failure,
      @Nullable LastList last,
      PendingList.Inputs inputs,
      int k) {
    if (answer != null && !answer.items().isEmpty()) {
      return new Choice(
          served(answer, inputs.claims(), k), answer.rung(), null, answer.modelVersion());
    }
    String reason = failure == null ? EMPTY_ANSWER : name(failure);
    Set<String> out = new HashSet<>(inputs.exclude());
    List<RecommendedItem> items = new ArrayList<>(k);
    if (last != null) {
      for (LastList.Item item : last.items()) {
        if (items.size() < k && out.add(item.itemId())) {
          items.add(item(item.itemId(), item.score(), item.source()));
        }
      }
    }
    boolean lasting = last != null && !items.isEmpty();
    for (PopularNow.Item item : popular.items()) {
      if (items.size() == k) {
        break;
      }
      if (out.add(item.itemId())) {
        items.add(item(item.itemId(), item.weight(), POPULAR));
      }
    }
    return new Choice(
        items,
        lasting ? Rung.LAST_LIST : Rung.POPULAR,
        reason,
        lasting && last != null ? last.modelVersion() : null);
  }

  private static List<RecommendedItem> served(
      RecommendAnswer answer, List<ProfileClaim> claims, int k) {
    int size = Math.min(k, answer.items().size());
    List<RecommendedItem> items = new ArrayList<>(size);
    for (RecommendAnswer.ScoredItem item : answer.items().subList(0, size)) {
      String reason = ItemReason.of(item.source(), item.matchedKeyword(), claims);
      items.add(new RecommendedItem(item.itemId(), item.score(), item.source(), ALWAYS, reason));
    }
    return items;
  }

  private static RecommendedItem item(String itemId, float score, String source) {
    return new RecommendedItem(itemId, score, source, ALWAYS, null);
  }

  private static String name(RecommendFailure.Reason failure) {
    return failure.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
