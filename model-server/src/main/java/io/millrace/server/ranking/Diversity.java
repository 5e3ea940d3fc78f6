package io.millrace.server.ranking;

import io.millrace.server.sources.TextVectors;
import java.util.Arrays;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, 1998): each place of a list goes to the item
 * that is relevant and unlike those before it. Relevance is the score, from 0 to 1 within the pool;
 * likeness is the largest cosine of an item's text vector with those already chosen, 0 without
 * vectors. Exact; each choice compares the pool with the item chosen last. For one thread at a
 * time.
 */
public final class Diversity {
  /** Items of a ranked list that are chosen from, at least. */
  public static final int LEAST_POOL = 50;

  private final TextVectors texts;
  private float[] relevance = new float[0];
  private float[] likeness = new float[0];
  private boolean[] taken = new boolean[0];

  /** By those vectors. */
  public Diversity(TextVectors texts) {
    this.texts = texts;
  }

  /**
   * Chooses.
   *
   * @param items the pool, best first
   * @param scores of each, descending
   * @param size of the pool
   * @param strength what likeness counts, relevance counting the rest; from 0 to 1
   * @param chosen takes the places in the pool of what is chosen, in order; as many as fit
   */
  public void choose(int[] items, float[] scores, int size, float strength, int[] chosen) {
    begin(scores, size);
    for (int at = 0; at < Math.min(chosen.length, size); at++) {
      int best = best(size, strength);
      chosen[at] = best;
      taken[best] = true;
      for (int i = 0; i < size; i++) {
        if (!taken[i]) {
          float cosine = texts.cosine(items[i], items[best]);
          likeness[i] = at == 0 ? cosine : Math.max(likeness[i], cosine);
        }
      }
    }
  }

  private void begin(float[] scores, int size) {
    if (relevance.length < size) {
      relevance = new float[size];
      likeness = new float[size];
      taken = new boolean[size];
    }
    Arrays.fill(likeness, 0, size, 0f);
    Arrays.fill(taken, 0, size, false);
    float most = size == 0 ? 0 : scores[0];
    float least = size == 0 ? 0 : scores[size - 1];
    float range = most - least;
    for (int i = 0; i < size; i++) {
      relevance[i] = range > 0 ? (scores[i] - least) / range : 1;
    }
  }

  /** The place of the best item that is not chosen yet; of equal ones the first. */
  private int best(int size, float strength) {
    int best = -1;
    float most = 0;
    for (int i = 0; i < size; i++) {
      float value = (1 - strength) * relevance[i] - strength * likeness[i];
      if (!taken[i] && (best < 0 || value > most)) {
        best = i;
        most = value;
      }
    }
    return best;
  }
}
