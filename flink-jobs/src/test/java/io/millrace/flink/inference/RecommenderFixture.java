package io.millrace.flink.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A recommender with servers behind it, whose clock the test moves. */
final class RecommenderFixture implements AutoCloseable {
  /** So long that only a test which hangs would reach it. */
  static final Duration AMPLE = Duration.ofSeconds(60);

  static final Duration PAUSE = Duration.ofSeconds(1);

  final AtomicLong nanos = new AtomicLong();

  /** What was to be done later, by the test. */
  final List<Runnable> delayed = new ArrayList<>();

  GrpcSettings.Connection connection =
      new GrpcSettings.Connection(Duration.ofSeconds(30), 1 << 16, null, null);
  Duration hedgeAfter = Duration.ZERO;
  private final List<AutoCloseable> opened = new ArrayList<>();

  <T extends AutoCloseable> T open(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  MisbehavingServer server() {
    return open(new MisbehavingServer());
  }

  /** Two requests on their way to each server, three calls in each. */
  GrpcRecommender to(String... targets) {
    GrpcSettings settings =
        new GrpcSettings(
            List.of(targets),
            "recommender",
            connection,
            new GrpcSettings.Requests(2, 3, hedgeAfter),
            new GrpcSettings.Breaker(50, PAUSE));
    return open(new GrpcRecommender(settings, nanos::get, (after, task) -> delayed.add(task)));
  }

  static CompletableFuture<RecommendAnswer> ask(GrpcRecommender recommender) {
    return recommender.recommend(Answers.call(3), AMPLE);
  }

  static RecommendFailure failure(CompletableFuture<RecommendAnswer> answer)
      throws InterruptedException, TimeoutException {
    try {
      throw new AssertionError("came: " + answer.get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return (RecommendFailure) Objects.requireNonNull(e.getCause());
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }
}
