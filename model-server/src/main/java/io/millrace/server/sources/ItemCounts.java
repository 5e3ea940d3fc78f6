package io.millrace.server.sources;

import java.util.Arrays;
import java.util.List;

/** How often each item was met in training. Immutable. */
public final class ItemCounts {
  private final int[] counts;
  private final float[] logarithms;
  private final long sum;
  private final PopularityOrder order;

  /** Of items in their order. */
  public ItemCounts(List<Integer> counts) {
    this.counts = counts.stream().mapToInt(Integer::intValue).toArray();
    this.logarithms = new float[this.counts.length];
    for (int item = 0; item < logarithms.length; item++) {
      logarithms[item] = (float) Math.log1p(this.counts[item]);
    }
    this.sum = Arrays.stream(this.counts).asLongStream().sum();
    this.order = PopularityOrder.of(counts);
  }

  /** How many items there are. */
  public int items() {
    return counts.length;
  }

  /** How often an item was met. */
  public int of(int item) {
    return counts[item];
  }

  /** The logarithm of one more than how often an item was met. */
  float logarithm(int item) {
    return logarithms[item];
  }

  /** How often all were met together. */
  long sum() {
    return sum;
  }

  /** What breaks ties. */
  public PopularityOrder order() {
    return order;
  }
}
