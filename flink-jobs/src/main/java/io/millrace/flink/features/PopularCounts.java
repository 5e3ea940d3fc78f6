package io.millrace.flink.features;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Decayed counts of items, by event time: no clock is read, so a replay counts the same.
 *
 * <p><b>Retention.</b> The caller bounds it with {@link #prune}: the least popular go first.
 */
public final class PopularCounts {
  private final Map<String, DecayedCount> counts = new HashMap<>();
  private final double halfLifeMillis;

  /**
   * One item's count.
   *
   * @param count decayed to {@code time}
   * @param time event time of the newest event counted, epoch milliseconds
   */
  public record Entry(String itemId, double count, long time) {}

  /** Counts in which an event this much older counts half. */
  public PopularCounts(long halfLifeMillis) {
    this.halfLifeMillis = halfLifeMillis;
  }

  /** Adds a count as of an event time, epoch milliseconds; gives the item's count after that. */
  public Entry add(String itemId, double count, long time) {
    DecayedCount counted = counts.get(itemId);
    if (counted == null) {
      counted = new DecayedCount(count, time);
      counts.put(itemId, counted);
    } else {
      counted.add(count, time, halfLifeMillis);
    }
    return new Entry(itemId, counted.count(), counted.landmark());
  }

  /** Items counted. */
  public int size() {
    return counts.size();
  }

  /** Takes all counts out, in no order. */
  public void drain(Consumer<Entry> to) {
    counts.forEach(
        (item, counted) -> to.accept(new Entry(item, counted.count(), counted.landmark())));
    counts.clear();
  }

  /** The most popular items, best first; ties in the order of their ids. */
  public List<Entry> top(int most) {
    Comparator<Scored> worstFirst =
        Comparator.comparingDouble(Scored::score)
            .thenComparing(Scored::itemId, Comparator.reverseOrder());
    PriorityQueue<Scored> best = new PriorityQueue<>(worstFirst);
    counts.forEach(
        (item, counted) -> {
          best.add(new Scored(item, counted.score(halfLifeMillis)));
          if (best.size() > most) {
            best.remove();
          }
        });
    List<Scored> ordered = new ArrayList<>(best);
    ordered.sort(worstFirst.reversed());
    List<Entry> top = new ArrayList<>(ordered.size());
    for (Scored scored : ordered) {
      DecayedCount counted = counts.get(scored.itemId());
      if (counted != null) {
        top.add(new Entry(scored.itemId(), counted.count(), counted.landmark()));
      }
    }
    return top;
  }

  /** Forgets all but the most popular; gives the items forgotten. */
  public List<String> prune(int kept) {
    if (counts.size() <= kept) {
      return List.of();
    }
    Map<String, DecayedCount> survivors = new HashMap<>();
    for (Entry entry : top(kept)) {
      survivors.put(entry.itemId(), new DecayedCount(entry.count(), entry.time()));
    }
    List<String> forgotten = new ArrayList<>(counts.keySet());
    forgotten.removeAll(survivors.keySet());
    counts.clear();
    counts.putAll(survivors);
    return forgotten;
  }

  /**
   * How popular each of a list's items is against the first.
   *
   * @param top as {@link #top} gave it
   * @return for each item at most 1; 1 for the first
   */
  public float[] relative(List<Entry> top) {
    float[] weights = new float[top.size()];
    double first = 0;
    for (int i = 0; i < weights.length; i++) {
      double score = new DecayedCount(top.get(i).count(), top.get(i).time()).score(halfLifeMillis);
      first = i == 0 ? score : first;
      weights[i] = (float) Math.pow(2, score - first);
    }
    return weights;
  }

  /**
   * The count of a list's first item, as it has decayed by the newest event of the list.
   *
   * @param top as {@link #top} gave it
   * @return 0 for an empty list
   */
  public double newestCount(List<Entry> top) {
    if (top.isEmpty()) {
      return 0;
    }
    long newest = Long.MIN_VALUE;
    for (Entry entry : top) {
      newest = Math.max(newest, entry.time());
    }
    Entry first = top.get(0);
    return first.count() * Math.pow(2, (first.time() - newest) / (double) halfLifeMillis);
  }

  private record Scored(String itemId, double score) {}
}
