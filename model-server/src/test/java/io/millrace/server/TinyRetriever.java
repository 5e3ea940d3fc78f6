package io.millrace.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The tiny retriever's formulas, computed one score at a time. All sums are exact. */
public final class TinyRetriever {
  /** Candidates of a row. */
  public static final int K = 12;

  /** Items of a history that count. */
  public static final int MAX_HISTORY = 6;

  private static final int FIRST_ITEM = 3;
  private static final int INDICES = 23;
  private static final int WIDTH = 4;
  private static final float[] TYPE_WEIGHT = {1, 1, 1, 2, -1, 1, 3, -0.5f};

  private TinyRetriever() {}

  /**
   * An item and its score.
   *
   * @param index its index in the graph
   */
  public record Scored(int index, float score) {}

  /**
   * The list of one row.
   *
   * @param profile 384 values, or an empty array
   * @param query 384 values, or an empty array
   */
  public static List<Scored> list(
      int[] items,
      int[] types,
      float[] ages,
      Set<Integer> excluded,
      float[] profile,
      float[] query) {
    double[] user = new double[WIDTH];
    for (int i = Math.max(0, items.length - MAX_HISTORY); i < items.length; i++) {
      double weight = TYPE_WEIGHT[types[i]] * (1 - ages[i] / 1024.0);
      for (int d = 0; d < WIDTH; d++) {
        user[d] += embedding(items[i], d) * weight;
      }
    }
    addVector(user, profile);
    addVector(user, query);
    List<Scored> all = new ArrayList<>();
    for (int index = FIRST_ITEM; index < INDICES; index++) {
      double score = index / 4096.0;
      for (int d = 0; d < WIDTH; d++) {
        score += user[d] * embedding(index, d);
      }
      if (!excluded.contains(index)) {
        all.add(new Scored(index, (float) score));
      }
    }
    all.sort(Comparator.comparingDouble((Scored item) -> -item.score()));
    return all.subList(0, Math.min(K, all.size()));
  }

  private static void addVector(double[] user, float[] vector) {
    for (int r = 0; r < vector.length; r++) {
      for (int d = 0; d < WIDTH; d++) {
        user[d] += vector[r] * (((r * 3 + d * 5) % 7 - 3) / 16.0);
      }
    }
  }

  private static double embedding(int index, int d) {
    return ((index * 7 + d * 13) % 11 - 5) / 8.0;
  }
}
