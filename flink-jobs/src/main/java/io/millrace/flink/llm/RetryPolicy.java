package io.millrace.flink.llm;

import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When an endpoint is asked again. A pause is drawn from zero up to a bound that doubles ("full
 * jitter"), so that callers that failed together do not come back together; what the endpoint's
 * {@code Retry-After} asks for is added. One that asks for more than the longest pause is not asked
 * again: sooner would not honour it, and waiting would keep others from asking.
 */
final class RetryPolicy {
  private static final Duration FIRST_BOUND = Duration.ofMillis(500);
  private static final int MOST_DOUBLINGS = 16;

  private final int attempts;
  private final long longestMillis;
  private final RandomGenerator random;

  RetryPolicy(EndpointSettings settings, RandomGenerator random) {
    this.attempts = settings.attempts();
    this.longestMillis = settings.longestPause().toMillis();
    this.random = random;
  }

  /** The same as the library wants it. */
  Retry retry(String name) {
    return Retry.of(
        name,
        RetryConfig.custom()
            .maxAttempts(attempts)
            .retryOnException(this::mayHelp)
            .intervalBiFunction(this::pauseMillis)
            .build());
  }

  private boolean mayHelp(Throwable failure) {
    return failure instanceof AttemptFailure attempt
        && attempt.again()
        && wantedMillis(attempt) <= longestMillis;
  }

  /**
   * The pause after an attempt.
   *
   * @param attempt 1 for the first
   */
  long pauseMillis(int attempt, Either<Throwable, Object> outcome) {
    long doubled = FIRST_BOUND.toMillis() << Math.min(attempt - 1, MOST_DOUBLINGS);
    long jitter = (long) (random.nextDouble() * Math.min(longestMillis, doubled));
    long wanted =
        outcome.isLeft() && outcome.getLeft() instanceof AttemptFailure failure
            ? wantedMillis(failure)
            : 0;
    return Math.min(longestMillis, wanted + jitter);
  }

  private static long wantedMillis(AttemptFailure attempt) {
    Duration wanted = attempt.failure().retryAfter();
    return wanted == null ? 0 : wanted.toMillis();
  }
}
