package io.millrace.flink.inference;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call for one list that waits for its turn or for its answer. */
final class PendingCall extends CompletableFuture<RecommendAnswer> {
  private final RecommendCall call;
  private final long deadlineNanos;
  private final boolean alone;
  private volatile @Nullable Runnable whenCancelled;

  /**
   * A call that may share a request with others.
   *
   * @param deadlineNanos on the recommender's clock
   */
  PendingCall(RecommendCall call, long deadlineNanos) {
    this(call, deadlineNanos, false);
  }

  private PendingCall(RecommendCall call, long deadlineNanos, boolean alone) {
    this.call = call;
    this.deadlineNanos = deadlineNanos;
    this.alone = alone;
  }

  /** The same call, to be made without others in its request; answers this one too. */
  PendingCall byItself() {
    PendingCall again = new PendingCall(call, deadlineNanos, true);
    var unused =
        again.whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                complete(answer);
              } else {
                completeExceptionally(failure);
              }
            });
    onCancel(() -> again.cancel(true));
    return again;
  }

  RecommendCall call() {
    return call;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether its request is to carry nothing else. */
  boolean alone() {
    return alone;
  }

  /** What to do when the caller no longer wants the answer; replaces what was to be done before. */
  void onCancel(Runnable action) {
    whenCancelled = action;
    if (isCancelled()) {
      action.run();
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    Runnable action = whenCancelled;
    if (cancelled && action != null) {
      action.run();
    }
    return cancelled;
  }
}
