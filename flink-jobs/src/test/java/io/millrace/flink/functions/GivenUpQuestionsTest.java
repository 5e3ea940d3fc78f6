package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GivenUpQuestionsTest {
  private final GivenUpQuestions questions = new GivenUpQuestions(2);

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"REFUSED", "TRUNCATED"})
  void theThirdUselessAnswerIsTheLast(Reason reason) {
    assertThat(questions.failed("a", reason)).isFalse();
    assertThat(questions.failed("a", reason)).isFalse();
    assertThat(questions.failed("a", reason)).isTrue();
    assertThat(questions.failed("a", reason)).as("counted anew").isFalse();
  }

  @Test
  void senselessAnswersToEverybodyAreTheEndpointsFault() {
    for (int i = 0; i < 100; i++) {
      assertThat(questions.failed("a", Reason.BAD_ANSWER)).isFalse();
    }
    questions.answered("b");
    assertThat(questions.failed("a", Reason.BAD_ANSWER)).isFalse();
    questions.answered("b");
    assertThat(questions.failed("a", Reason.BAD_ANSWER)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"TIMEOUT", "RATE_LIMITED", "UNAVAILABLE", "REJECTED"})
  void whatMayYetBeAnsweredIsNeverGivenUp(Reason reason) {
    for (int i = 0; i < 10; i++) {
      questions.answered("b");
      assertThat(questions.failed("a", reason)).isFalse();
    }
  }

  @Test
  void anAnswerEndsTheCountAndTheOldestAreForgotten() {
    questions.failed("a", Reason.REFUSED);
    questions.failed("a", Reason.REFUSED);
    questions.answered("a");
    assertThat(questions.failed("a", Reason.REFUSED)).isFalse();

    questions.failed("a", Reason.REFUSED);
    questions.failed("b", Reason.REFUSED);
    questions.failed("c", Reason.REFUSED);
    assertThat(questions.failed("a", Reason.REFUSED)).as("was forgotten").isFalse();
  }
}
