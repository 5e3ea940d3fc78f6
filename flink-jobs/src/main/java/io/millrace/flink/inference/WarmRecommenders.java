package io.millrace.flink.inference;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each recommender asked before somebody waits for it. The first call connects, and loads code
 * on both sides: it takes longer than a list may, and its list would come from a lower rung.
 */
public final class WarmRecommenders implements RecommenderFactory {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(WarmRecommenders.class);

  /** After the first one, calls are faster each time; these are what code is loaded in. */
  private static final int CALLS = 3;

  private final RecommenderFactory recommenders;
  private final Duration longest;

  /**
   * @param longest that one call may take; a server that does not answer is left to be found out by
   *     lists
   */
  public WarmRecommenders(RecommenderFactory recommenders, Duration longest) {
    this.recommenders = recommenders;
    this.longest = longest;
  }

  @Override
  public Recommender create() {
    Recommender recommender = recommenders.create();
    for (int call = 0; call < CALLS && answers(recommender); call++) {
      // Only the answer's coming counts.
    }
    return recommender;
  }

  private boolean answers(Recommender recommender) {
    // An item that no catalogue has: it costs what a history costs, and means nothing.
    RecommendCall call =
        new RecommendCall(
            "warm-up", List.of("warm-up"), new int[1], new float[1], List.of(), null, 1);
    CompletableFuture<RecommendAnswer> answer = recommender.recommend(call, longest);
    try {
      answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the recommender could not be warmed up: {}", String.valueOf(e.getMessage()));
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      answer.cancel(true);
    }
  }
}
