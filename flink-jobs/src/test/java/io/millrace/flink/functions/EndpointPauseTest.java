package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelFailure;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndpointPauseTest {
  private final AtomicLong now = new AtomicLong();
  private final EndpointPause pause = new EndpointPause(now::get);

  private void fail(Reason reason, @Nullable Duration retryAfter) {
    pause.failed(new LanguageModelFailure(reason, "as the test wants", 0, retryAfter));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"REFUSED", "TRUNCATED"},
      mode = EnumSource.Mode.EXCLUDE)
  void threeFailuresInARowMakeAPauseThenOneCallTries(Reason reason) {
    fail(reason, null);
    fail(reason, null);
    assertThat(pause.mayAsk(7)).isTrue();
    fail(reason, null);
    assertThat(pause.mayAsk(0)).isFalse();
    now.addAndGet(999);
    assertThat(pause.mayAsk(0)).isFalse();
    now.addAndGet(1);
    assertThat(pause.mayAsk(1)).isFalse();
    assertThat(pause.mayAsk(0)).isTrue();
    pause.answered();
    assertThat(pause.mayAsk(7)).isTrue();
  }

  @Test
  void pausesDoubleUpToAMinute() {
    long[] pauses = {0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
    for (long expected : pauses) {
      fail(Reason.UNAVAILABLE, null);
      long paused = 0;
      while (pause.isPaused()) {
        now.addAndGet(1_000);
        paused += 1_000;
      }
      assertThat(paused).isEqualTo(expected);
    }
    for (int i = 0; i < 100; i++) {
      now.addAndGet(60_000);
      fail(Reason.UNAVAILABLE, null);
    }
    now.addAndGet(59_999);
    assertThat(pause.isPaused()).isTrue();
    now.addAndGet(1);
    assertThat(pause.isPaused()).isFalse();
  }

  @Test
  void whatWasAskedBeforeThePauseDoesNotLengthenIt() {
    for (int i = 0; i < 50; i++) {
      fail(Reason.TIMEOUT, null);
    }
    now.addAndGet(1_000);
    assertThat(pause.isPaused()).isFalse();
  }

  @Test
  void anEndpointGetsTheTimeThatItAsksForWithinReason() {
    fail(Reason.RATE_LIMITED, Duration.ofMinutes(5));
    now.addAndGet(Duration.ofMinutes(5).toMillis() - 1);
    assertThat(pause.mayAsk(0)).isFalse();
    now.addAndGet(1);
    assertThat(pause.mayAsk(3)).isTrue();

    fail(Reason.RATE_LIMITED, Duration.ofDays(5));
    now.addAndGet(Duration.ofHours(1).toMillis());
    assertThat(pause.mayAsk(0)).isTrue();
  }

  @Test
  void aQuestionThatCannotBeAnsweredSaysThatTheEndpointWorks() {
    fail(Reason.UNAVAILABLE, null);
    fail(Reason.UNAVAILABLE, null);
    fail(Reason.REFUSED, null);
    fail(Reason.UNAVAILABLE, null);
    fail(Reason.UNAVAILABLE, null);
    fail(Reason.TRUNCATED, null);
    fail(Reason.UNAVAILABLE, null);
    assertThat(pause.mayAsk(7)).isTrue();
  }
}
