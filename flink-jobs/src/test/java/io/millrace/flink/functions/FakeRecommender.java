package io.millrace.flink.functions;

import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.inference.RecommendFailure;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.inference.Recommender;
import io.millrace.schemas.avro.Rung;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A recommender whose answers come when the test says so. What it answers depends on the inputs
 * alone: the newest item, the length of the sequence and the exclusions can be read off the list.
 */
final class FakeRecommender implements Recommender {
  static final String VERSION = "7";

  /** A call that was made, and its future. */
  record Asked(RecommendCall call, Duration timeout, CompletableFuture<RecommendAnswer> future) {
    void answer() {
      future.complete(answerTo(call));
    }

    void fail(Reason reason) {
      future.completeExceptionally(new RecommendFailure(reason, "as the test wants"));
    }
  }

  /** Every call ever made. */
  final List<Asked> all = new ArrayList<>();

  /** Calls without an answer. */
  final List<Asked> open = new ArrayList<>();

  boolean closed;

  @Override
  public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
    Asked asked = new Asked(call, timeout, new CompletableFuture<>());
    all.add(asked);
    open.add(asked);
    return asked.future();
  }

  @Override
  public int serversLeftAlone() {
    return 0;
  }

  @Override
  public void close() {
    closed = true;
  }

  Asked take(int index) {
    return open.remove(index);
  }

  Asked takeAny(Random random) {
    return open.remove(random.nextInt(open.size()));
  }

  static RecommendAnswer answerTo(RecommendCall call) {
    String newest =
        call.itemIds().isEmpty() ? "nothing" : call.itemIds().get(call.itemIds().size() - 1);
    List<ScoredItem> items = new ArrayList<>();
    for (int i = 0; i < call.k(); i++) {
      String id = "after-" + newest + "-" + call.itemIds().size() + "-" + i;
      items.add(new ScoredItem(id, call.k() - i, "fake"));
    }
    return new RecommendAnswer(items, Rung.RANKED, VERSION, 11, 22);
  }
}
