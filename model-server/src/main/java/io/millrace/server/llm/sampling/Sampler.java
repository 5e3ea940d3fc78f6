package io.millrace.server.llm.sampling;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Chooses the tokens of one text. */
public final class Sampler {
  private final SamplingSettings settings;
  private final SplittableRandom random;
  private final Map<Integer, Integer> counts = new HashMap<>();

  /** As the settings say. */
  public Sampler(SamplingSettings settings) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
  }

  /**
   * Chooses.
   *
   * @param logits of all tokens; changed by penalties
   * @param allowed tokens to choose from, at least one; null for all
   */
  public int choose(float[] logits, @Nullable BitSet allowed) {
    if (settings.penalises()) {
      counts.forEach(
          (token, count) ->
              logits[token] -=
                  (float) (settings.presencePenalty() + count * settings.frequencyPenalty()));
    }
    int likeliest = likeliest(logits, allowed);
    int chosen = settings.temperature() == 0 ? likeliest : drawn(logits, allowed, likeliest);
    if (settings.penalises()) {
      counts.merge(chosen, 1, Integer::sum);
    }
    return chosen;
  }

  private static int likeliest(float[] logits, @Nullable BitSet allowed) {
    int best = -1;
    for (int token = next(allowed, 0);
        token >= 0 && token < logits.length;
        token = next(allowed, token + 1)) {
      if (best < 0 || logits[token] > logits[best]) {
        best = token;
      }
    }
    return best;
  }

  private static int next(@Nullable BitSet allowed, int from) {
    return allowed == null ? from : allowed.nextSetBit(from);
  }

  private int drawn(float[] logits, @Nullable BitSet allowed, int likeliest) {
    double[] weights = new double[logits.length];
    double total = 0;
    for (int token = next(allowed, 0);
        token >= 0 && token < logits.length;
        token = next(allowed, token + 1)) {
      weights[token] = Math.exp((logits[token] - logits[likeliest]) / settings.temperature());
      total += weights[token];
    }
    double drawn = random.nextDouble();
    int[] order = settings.topP() < 1 ? nucleus(weights, total) : null;
    if (order == null) {
      return pick(weights, null, drawn * total, likeliest);
    }
    double kept = 0;
    for (int token : order) {
      kept += weights[token];
    }
    return pick(weights, order, drawn * kept, likeliest);
  }

  private static int pick(double[] weights, int @Nullable [] order, double target, int otherwise) {
    double sum = 0;
    int size = order == null ? weights.length : order.length;
    for (int i = 0; i < size; i++) {
      int token = order == null ? i : order[i];
      sum += weights[token];
      if (sum > target) {
        return token;
      }
    }
    return otherwise;
  }

  /**
   * The likeliest tokens that reach the share. Those below an even part of what is left out cannot
   * be among them, so only few need sorting.
   */
  private int[] nucleus(double[] weights, double total) {
    double least = (1 - settings.topP()) * total / weights.length;
    long[] keys = new long[weights.length];
    int size = 0;
    for (int token = 0; token < weights.length; token++) {
      if (weights[token] > 0 && weights[token] >= least) {
        // Heavier first; among equals the smaller token.
        keys[size++] =
            ((long) -Float.floatToIntBits((float) weights[token]) << Integer.SIZE) | token;
      }
    }
    Arrays.sort(keys, 0, size);
    double sum = 0;
    int kept = 0;
    while (kept < size && (kept == 0 || sum < settings.topP() * total)) {
      sum += weights[(int) keys[kept++]];
    }
    return Arrays.stream(keys, 0, kept).mapToInt(key -> (int) key).toArray();
  }
}
