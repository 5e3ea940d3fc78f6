package io.millrace.standalone.evaluation;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What counting alone reaches on the same stream.
 *
 * <p>Prequential evaluation (A. P. Dawid, <i>Present Position and Potential Developments</i>,
 * 1984): each baseline knows the past of all users, ranks all items that the user has not seen
 * before each event, and then learns the event. Unlike a frozen model, it is never out of date.
 * Equal scores go to the item that appeared first.
 */
public final class BaselineEvaluation {
  private final Map<String, Integer> itemNumbers = new HashMap<>();
  private final Map<String, ItemHistory> histories = new HashMap<>();
  private final List<OnlineBaseline> baselines;
  private final double[] scores;

  private BaselineEvaluation(ReplayPlan plan) {
    plan.past().forEach(rating -> number(rating.item()));
    plan.events().forEach(event -> number(event.item()));
    int items = itemNumbers.size();
    this.scores = new double[items];
    this.baselines =
        List.of(
            new PopularBaseline(items),
            new TransitionsBaseline("markov", items, 1),
            new TransitionsBaseline("transitions5", items, 5));
  }

  /**
   * Runs all baselines over a plan.
   *
   * @return quality by name: {@code popular}, {@code markov} (what followed the last item) and
   *     {@code transitions5} (what followed the last five, weighted 1, 1/2, 1/3, 1/4, 1/5)
   */
  public static Map<String, Quality> of(ReplayPlan plan) {
    return new BaselineEvaluation(plan).run(plan);
  }

  private Map<String, Quality> run(ReplayPlan plan) {
    plan.past().forEach(this::learn);
    List<RankingMetrics> metrics = baselines.stream().map(each -> new RankingMetrics()).toList();
    for (Rating event : plan.events()) {
      ItemHistory history = histories.get(event.user());
      if (history != null) {
        for (int i = 0; i < baselines.size(); i++) {
          baselines.get(i).score(history, scores);
          metrics.get(i).add(rank(history, number(event.item())));
        }
      }
      learn(event);
    }
    Map<String, Quality> byName = new LinkedHashMap<>();
    for (int i = 0; i < baselines.size(); i++) {
      byName.put(baselines.get(i).name(), metrics.get(i).quality());
    }
    return byName;
  }

  private int number(String item) {
    return itemNumbers.computeIfAbsent(item, unseen -> itemNumbers.size());
  }

  private void learn(Rating rating) {
    ItemHistory history = histories.computeIfAbsent(rating.user(), user -> new ItemHistory());
    int item = number(rating.item());
    baselines.forEach(baseline -> baseline.learn(history, item));
    history.append(item);
  }

  private int rank(ItemHistory history, int target) {
    double threshold = scores[target];
    if (threshold <= 0 || history.contains(target)) {
      return RankingMetrics.UNRANKED;
    }
    int rank = 1;
    for (int item = 0; item < scores.length; item++) {
      boolean ahead = scores[item] > threshold || (scores[item] == threshold && item < target);
      if (ahead && !history.contains(item)) {
        rank++;
      }
    }
    return rank;
  }
}
