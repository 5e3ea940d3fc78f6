package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.avro.Rung;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WarmRecommendersTest {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Answers every call with what it is told to. */
  private static final class Told implements Recommender {
    private final List<CompletableFuture<RecommendAnswer>> asked = new ArrayList<>();
    private final List<Duration> timeouts = new ArrayList<>();
    private final Supplier<CompletableFuture<RecommendAnswer>> answers;

    Told(Supplier<CompletableFuture<RecommendAnswer>> answers) {
      this.answers = answers;
    }

    @Override
    public CompletableFuture<RecommendAnswer> recommend(RecommendCall call, Duration timeout) {
      CompletableFuture<RecommendAnswer> answer = answers.get();
      asked.add(answer);
      timeouts.add(timeout);
      return answer;
    }

    @Override
    public int serversLeftAlone() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void hasAnsweredBeforeSomebodyAsks() {
    Told told =
        new Told(
            () ->
                CompletableFuture.completedFuture(
                    new RecommendAnswer(List.of(), Rung.RANKED, "1", 0, 0)));
    assertThat(new WarmRecommenders(() -> told, LONGEST).create()).isSameAs(told);
    assertThat(told.timeouts).containsExactly(LONGEST, LONGEST, LONGEST);
  }

  @Test
  void doesNotInsistWhereNobodyAnswers() {
    Told told =
        new Told(
            () ->
                CompletableFuture.failedFuture(
                    new RecommendFailure(Reason.UNAVAILABLE, "refused")));
    assertThat(new WarmRecommenders(() -> told, LONGEST).create()).isSameAs(told);
    assertThat(told.asked).hasSize(1);
  }

  @Test
  void givesUpOnAnAnswerThatNeverComes() {
    Told told = new Told(CompletableFuture::new);
    assertThat(new WarmRecommenders(() -> told, Duration.ofNanos(1)).create()).isSameAs(told);
    assertThat(told.asked).singleElement().matches(CompletableFuture::isCancelled);
  }

  @Test
  void isInterruptedWithItsTask() {
    Told told = new Told(CompletableFuture::new);
    Thread.currentThread().interrupt();
    assertThat(new WarmRecommenders(() -> told, LONGEST).create()).isSameAs(told);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(told.asked).hasSize(1);
  }
}
