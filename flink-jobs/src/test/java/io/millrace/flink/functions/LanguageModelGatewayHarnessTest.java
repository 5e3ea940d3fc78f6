package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which questions are asked, when, and what becomes of the answers. */
class LanguageModelGatewayHarnessTest {
  private static final GatewaySettings TWO_AT_A_TIME =
      new GatewaySettings(2, 0, 3, Duration.ofSeconds(20));

  /** 600 tokens a minute: a call's 100 every ten seconds. */
  private static final GatewaySettings ON_A_BUDGET =
      new GatewaySettings(2, 600, 100, Duration.ofSeconds(20));

  private final FakeJournal journal = new FakeJournal();

  private static List<String> subjects(FakeJournal journal) {
    return journal.written.stream().map(LanguageModelAnswer::getSubject).toList();
  }

  @Test
  void anAnswerIsWrittenBeforeTheNextQuestionTakesItsPlace() throws Exception {
    journal.slow = true;
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.offer("b", 1);
      gateway.offer("c", 1);
      gateway.offer("d", 2);
      assertThat(gateway.model.all).hasSize(2);

      gateway.answer(7);
      assertThat(subjects(journal)).containsExactly("user of a");
      assertThat(gateway.model.all).hasSize(2);
      assertThat(gateway.metrics().answered.getCount()).isZero();

      journal.open.get(0).complete(null);
      gateway.runMails();
      assertThat(gateway.model.all).hasSize(3);
      assertThat(gateway.metrics().answered.getCount()).isEqualTo(1);
      assertThat(gateway.metrics().tokens.getCount()).isEqualTo(7);

      journal.slow = false;
      gateway.answer();
      gateway.answer();
      gateway.answer();
      assertThat(journal.ids()).containsExactly("a", "b", "d", "c");
    }
    assertThat(journal.closed).isTrue();
  }

  @Test
  void aQuestionIsAskedOnceHoweverOftenItIsOffered() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      for (int i = 0; i < 3; i++) {
        gateway.offer("a", 1);
        gateway.offer("b", 1);
        gateway.offer("c", 1);
      }
      gateway.answer();
      gateway.answer();
      gateway.answer();
      gateway.offer("a", 1);

      assertThat(gateway.model.all).hasSize(3);
      assertThat(gateway.metrics().duplicates.getCount()).isEqualTo(6);
      assertThat(gateway.metrics().replayedFromJournal.getCount()).isEqualTo(1);
    }
  }

  @Test
  void afterARestartOnlyWhatIsNotInTheJournalIsAsked() throws Exception {
    OperatorSubtaskState snapshot;
    GatewayHarness first = GatewayHarness.start(TWO_AT_A_TIME, journal);
    first.offer("a", 1);
    first.offer("b", 1);
    first.offer("c", 1);
    snapshot = first.snapshot();
    first.answer();
    first.crash();
    assertThat(first.model.closed).isTrue();
    assertThat(first.thread.isShutdown()).isTrue();

    try (GatewayHarness second = GatewayHarness.restore(TWO_AT_A_TIME, journal, snapshot)) {
      assertThat(second.model.all).isEmpty();
      second.offer("a", 1);
      second.offer("b", 1);
      second.offer("c", 1);
      second.answer();
      second.answer();

      assertThat(journal.ids()).containsExactly("a", "b", "c");
      assertThat(second.model.all).hasSize(2);
      assertThat(second.metrics().replayedFromJournal.getCount()).isEqualTo(1);
    }
  }

  @Test
  void questionsWaitUntilTheJournalIsRead() throws Exception {
    journal.written.add(
        new LanguageModelAnswer("a", "u", 1L, "p", "m", "t", 1, 1, Instant.ofEpochMilli(1)));
    journal.unreadable = true;
    try (GatewayHarness gateway = GatewayHarness.open(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 3);
      gateway.offer("b", 1);
      gateway.snapshot();
      gateway.readJournal();
      gateway.offer("c", 2);
      assertThat(gateway.model.all).isEmpty();

      journal.unreadable = false;
      gateway.advance(9_999);
      gateway.readJournal();
      assertThat(gateway.model.all).isEmpty();
      gateway.advance(1);
      gateway.readJournal();

      assertThat(gateway.model.all).hasSize(2);
      assertThat(gateway.metrics().replayedFromJournal.getCount()).isEqualTo(1);
      gateway.answer();
      gateway.answer();
      assertThat(journal.ids()).containsExactly("a", "c", "b");
    }
  }

  @Test
  void whenTooManyWaitTheLeastWorthyIsDroppedAndMayComeAgain() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.open(TWO_AT_A_TIME, journal)) {
      for (String id : List.of("a", "b", "c", "d")) {
        gateway.offer(id, id.charAt(0));
      }
      assertThat(gateway.metrics().dropped.getCount()).isEqualTo(1);
      gateway.readJournal();
      gateway.offer("a", 1);
      while (!gateway.model.open.isEmpty()) {
        gateway.answer();
      }
      assertThat(journal.ids()).containsExactly("d", "c", "b", "a");
    }
  }

  @Test
  void aBudgetDelaysQuestionsAndNothingElse() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(ON_A_BUDGET, journal)) {
      gateway.offer("a", 1);
      gateway.offer("b", 1);
      gateway.offer("c", 1);
      assertThat(gateway.model.all).hasSize(1);
      gateway.snapshot();

      gateway.answer(50);
      assertThat(gateway.model.all).hasSize(1);
      gateway.advance(4_750);
      assertThat(gateway.model.all).hasSize(1);
      gateway.advance(250);
      assertThat(gateway.model.all).hasSize(2);
      gateway.answer(100);
      for (int i = 0; i < 39; i++) {
        gateway.advance(250);
        assertThat(gateway.model.all).hasSize(2);
      }
      gateway.advance(250);
      assertThat(gateway.model.all).hasSize(3);
      gateway.answer();
      gateway.advance(20_000);
      assertThat(gateway.timers()).as("timers left").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "BAD_ANSWER", "REJECTED"})
  void anEndpointThatFailsIsLeftAloneAndRecoversByItself(Reason reason) throws Exception {
    GatewaySettings settings = new GatewaySettings(2, 0, 1_000, Duration.ofSeconds(20));
    try (GatewayHarness gateway = GatewayHarness.start(settings, journal)) {
      for (int i = 0; i < 500; i++) {
        gateway.offer("id-" + i, 1);
      }
      int downMinutes = 10;
      for (int second = 0; second < downMinutes * 60; second++) {
        while (!gateway.model.open.isEmpty()) {
          gateway.fail(reason);
        }
        gateway.advance(1_000);
      }
      assertThat(gateway.model.all.size()).as("questions while down").isBetween(10, 24);
      assertThat(gateway.metrics().failures(reason).getCount())
          .isEqualTo(gateway.metrics().asked.getCount() - gateway.model.open.size());

      gateway.advance(60_000);
      assertThat(gateway.model.open).hasSize(1);
      gateway.answer();
      assertThat(gateway.model.open).hasSize(2);
      while (!gateway.model.open.isEmpty()) {
        gateway.answer();
      }
      gateway.advance(20_000);
      assertThat(gateway.timers()).as("timers left").isZero();
      assertThat(journal.written.size() + gateway.metrics().failures(reason).getCount())
          .isEqualTo(500);
    }
  }

  @Test
  void anEndpointThatNamesATimeIsNotAskedBefore() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.model.take().fail(Reason.RATE_LIMITED, Duration.ofSeconds(45));
      gateway.runMails();
      gateway.offer("b", 1);
      gateway.advance(44_750);
      assertThat(gateway.model.all).hasSize(1);
      gateway.advance(250);
      assertThat(gateway.model.all).hasSize(2);
      gateway.answer();
    }
  }

  @Test
  void aRefusalCostsOneQuestionItsTurn() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      for (int i = 0; i < 20; i++) {
        gateway.offer("id-" + i, 1);
        gateway.fail(i % 2 == 0 ? Reason.REFUSED : Reason.TRUNCATED);
      }
      assertThat(gateway.model.all).hasSize(20);
      assertThat(gateway.metrics().failures(Reason.REFUSED).getCount()).isEqualTo(10);
      gateway.offer("id-0", 1);
      assertThat(gateway.model.all).as("a call that failed may come again").hasSize(21);
      gateway.answer();
    }
  }

  @Test
  void aQuestionThatIsRefusedThreeTimesHasAnEmptyAnswerAndIsNotPaidAgain() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      for (int i = 0; i < 3; i++) {
        assertThat(journal.written).isEmpty();
        gateway.offer("a", 1);
        gateway.fail(Reason.REFUSED);
      }
      gateway.offer("a", 1);

      assertThat(gateway.model.all).hasSize(3);
      assertThat(journal.ids()).containsExactly("a");
      assertThat(journal.written.get(0).getText()).isEmpty();
      assertThat(gateway.metrics().givenUp.getCount()).isEqualTo(1);
      assertThat(gateway.metrics().replayedFromJournal.getCount()).isEqualTo(1);
      assertThat(gateway.timers()).as("timers left").isZero();
    }
  }

  @Test
  void whileTheJournalCannotBeWrittenNothingMoreIsPaidFor() throws Exception {
    journal.broken = true;
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.offer("b", 1);
      gateway.offer("c", 1);
      gateway.answer();
      gateway.answer();
      gateway.advance(5_000);
      assertThat(gateway.model.all).hasSize(2);
      assertThat(journal.writes).isEqualTo(4);

      journal.broken = false;
      gateway.advance(5_000);
      gateway.answer();
      assertThat(journal.ids()).containsExactly("a", "b", "c");
      assertThat(gateway.model.all).hasSize(3);
      assertThat(gateway.metrics().journalFailures.getCount()).isZero();
    }
  }

  @Test
  void anAnswerThatTheJournalNeverTakesIsCountedAndGivesItsPlaceBack() throws Exception {
    journal.broken = true;
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.answer();
      for (int i = 0; i < 10; i++) {
        gateway.advance(5_000);
      }
      assertThat(journal.writes).isEqualTo(5);
      assertThat(gateway.metrics().journalFailures.getCount()).isEqualTo(1);
      journal.broken = false;
      gateway.offer("a", 1);
      gateway.answer();
      assertThat(journal.ids()).containsExactly("a");
    }
  }

  @Test
  void theEndOfTheInputWaitsForWhatIsLeft() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.offer("b", 1);
      gateway.offer("c", 1);
      gateway.mail(() -> answerOneAfterTheOther(gateway));
      gateway.endInput();
      assertThat(journal.ids()).containsExactly("a", "b", "c");
    }
  }

  private static void answerOneAfterTheOther(GatewayHarness gateway) {
    if (!gateway.model.open.isEmpty()) {
      gateway.model.take().answer(1);
    }
    if (gateway.journal.written.size() < 3) {
      gateway.mail(() -> answerOneAfterTheOther(gateway));
    }
  }

  @Test
  void theEndOfTheInputDoesNotWaitForEver() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start(TWO_AT_A_TIME, journal)) {
      gateway.offer("a", 1);
      gateway.mail(() -> gateway.setProcessingTime(gateway.getProcessingTime() + 20_000));
      gateway.endInput();
      assertThat(journal.written).isEmpty();
    }
  }

  /** Whatever happens, nothing that is in the journal is asked for again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyRunWithRestartsPaysForNoAnswerTwice(long seed) throws Exception {
    Random random = new Random(seed);
    GatewaySettings settings = new GatewaySettings(3, 6_000, 10, Duration.ofSeconds(20));
    GatewayHarness gateway = GatewayHarness.start(settings, journal);
    OperatorSubtaskState snapshot = gateway.snapshot();
    for (int step = 0; step < 3_000; step++) {
      switch (random.nextInt(10)) {
        case 0 -> {
          if (random.nextInt(10) == 0) {
            gateway.crash();
            gateway = GatewayHarness.restore(settings, journal, snapshot);
          }
        }
        case 1 -> snapshot = gateway.snapshot();
        case 2 -> {
          if (!gateway.model.open.isEmpty()) {
            gateway.fail(Reason.values()[random.nextInt(Reason.values().length)]);
          }
        }
        case 3, 4, 5 -> {
          if (!gateway.model.open.isEmpty()) {
            gateway.answer(random.nextInt(200));
          }
        }
        case 6 -> gateway.advance(random.nextInt(2_000));
        default -> gateway.offer("id-" + random.nextInt(400), random.nextInt(5));
      }
      assertThat(gateway.model.open.size()).isLessThanOrEqualTo(3);
    }
    assertThat(journal.ids()).doesNotHaveDuplicates().hasSizeGreaterThan(100);
    gateway.crash();
  }
}
