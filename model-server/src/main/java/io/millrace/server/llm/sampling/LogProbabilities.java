package io.millrace.server.llm.sampling;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The model's own log-probabilities, in nats, before temperature, penalties and constraints. */
public final class LogProbabilities {
  private LogProbabilities() {}

  /**
   * A token and how likely it was.
   *
   * @param token the token
   * @param logProbability in nats, at most 0
   */
  public record Scored(int token, double logProbability) {}

  /** What has to be taken off a logit to have its log-probability. */
  public static double normaliser(float[] logits) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  /** A row of logits. */
  public static float[] row(FloatBuffer logits, int row, int vocabulary) {
    float[] copy = new float[vocabulary];
    logits.get(row * vocabulary, copy);
    return copy;
  }

  /** The likeliest tokens, likeliest first. */
  public static List<Scored> top(float[] logits, int count) {
    int[] best = new int[count];
    int size = 0;
    for (int token = 0; token < logits.length; token++) {
      if (size == count && (count == 0 || logits[token] <= logits[best[size - 1]])) {
        continue;
      }
      int at = size < count ? size++ : size - 1;
      while (at > 0 && logits[token] > logits[best[at - 1]]) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = token;
    }
    double normaliser = normaliser(logits);
    List<Scored> top = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      top.add(new Scored(best[i], logits[best[i]] - normaliser));
    }
    return top;
  }
}
