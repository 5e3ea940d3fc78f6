package io.millrace.flink.lastmile;

import io.millrace.flink.features.Standardised;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Reranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a model server's answer in another order, by what a language model held of its items when it
 * looked over an earlier list of the user: before rules, which have the last word. Items that it
 * was not asked about count as its mean.
 *
 * <p>A place is worth the score that would stand there if the answer were in the order of its
 * scores, standardised within the answer. So where the server made the items differ from each
 * other, its order is where this begins, and not undone; and without a weight the order is the
 * server's.
 */
public final class Reranker {
  /** Changes nothing. */
  public static final Reranker NONE = new Reranker(0, Map.of());

  private final float weight;
  private final Map<String, Float> scores;

  private Reranker(float weight, Map<String, Float> scores) {
    this.weight = weight;
    this.scores = scores;
  }

  /** As a list was made with; {@link #NONE} where nothing was found. */
  public static Reranker of(@Nullable Reranking used) {
    if (used == null) {
      return NONE;
    }
    Map<String, Float> scores = new HashMap<>();
    for (RerankScore score : used.getScores()) {
      scores.putIfAbsent(score.getItemId(), score.getScore());
    }
    return new Reranker(used.getWeight(), scores);
  }

  /**
   * The answer in its new order.
   *
   * @param served the answer, best first
   * @return the same candidates
   */
  public List<Candidate> order(List<Candidate> served) {
    if (weight == 0 || served.stream().noneMatch(item -> scores.containsKey(item.itemId()))) {
      return served;
    }
    double[] values = Standardised.of(descending(served));
    List<Valued> valued = new ArrayList<>(served.size());
    for (int place = 0; place < values.length; place++) {
      Candidate candidate = served.get(place);
      double said = scores.getOrDefault(candidate.itemId(), 0f);
      valued.add(new Valued(candidate, values[place] + weight * said));
    }
    // Equals keep their order.
    valued.sort(Comparator.comparingDouble(Valued::value).reversed());
    return valued.stream().map(Valued::candidate).toList();
  }

  private record Valued(Candidate candidate, double value) {}

  private static double[] descending(List<Candidate> served) {
    double[] scores = served.stream().mapToDouble(Candidate::score).toArray();
    Arrays.sort(scores);
    for (int from = 0, to = scores.length - 1; from < to; from++, to--) {
      double score = scores[from];
      scores[from] = scores[to];
      scores[to] = score;
    }
    return scores;
  }
}
