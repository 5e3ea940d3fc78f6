package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.records.ProfileChange;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProfileOperatorHarnessTest {
  static List<StateBackend> backends() {
    return List.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend());
  }

  private static UserProfile profile(ProfileChange change) {
    return Objects.requireNonNull(change.profile(), change.userId());
  }

  private static List<UserProfile> profiles(ProfileHarness harness) {
    return harness.changes().stream().map(ProfileOperatorHarnessTest::profile).toList();
  }

  @Test
  void aProfileIsWrittenFromAnswersOfTheJournalAndLeavesWithItsVector() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 4);
      assertThat(harness.calls()).isEmpty();
      harness.rateMany("u", 4, 5);
      List<LanguageModelCall> calls = harness.calls();
      assertThat(calls).extracting(LanguageModelCall::ordinal).containsExactly(1L, 2L);
      assertThat(calls.get(0).request().messages().toString())
          .contains("Film 0")
          .doesNotContain("film-0", "e0");

      harness.journal(ProfileHarness.answer(calls.get(1)));
      assertThat(harness.encoder.texts).isEmpty();
      harness.journal(ProfileHarness.answer(calls.get(0)));
      assertThat(harness.changes()).as("before the vector came").isEmpty();
      harness.encodeAll();

      assertThat(profiles(harness))
          .singleElement()
          .satisfies(
              profile -> {
                assertThat(profile.getVersion()).isEqualTo(1);
                assertThat(profile.getInterests()).extracting(Claim::getText).contains("Drama");
                assertThat(profile.getEventCount()).isEqualTo(5);
                assertThat(profile.getEncoderVersion()).isEqualTo(FakeTextEncoder.VERSION);
                assertThat(profile.getAnswerIds())
                    .containsExactly(calls.get(0).answerId(), calls.get(1).answerId());
                assertThat(profile.getPromptTokens()).isEqualTo(200);
                assertThat(profile.getUpdatedAt().toEpochMilli())
                    .isEqualTo(ProfileHarness.START + 2);
              });
    }
  }

  @Test
  void stateAndTimersEndWhereTheyShouldBe() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      harness.encodeAll();
      assertThat(harness.keyedState()).as("evidence, numbers, profile").isEqualTo(3);

      harness.setProcessingTime(ProfileHarness.START + ProfileHarness.OFFER_AGAIN.toMillis());
      assertThat(harness.numProcessingTimeTimers()).isZero();
      assertThat(harness.calls()).isEmpty();
    }
  }

  @Test
  void whatIsNotAnsweredIsOfferedAgainUnderTheSameName() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      List<LanguageModelCall> calls = harness.calls();

      harness.setProcessingTime(ProfileHarness.START + ProfileHarness.OFFER_AGAIN.toMillis());

      assertThat(harness.calls()).isEqualTo(calls);
      assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    }
  }

  @Test
  void theNextRefreshContinuesTheProfileThatTheOneBeforeMade() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 10);
      List<LanguageModelCall> first = harness.calls();
      assertThat(first).as("the second waits for the first").hasSize(2);

      first.forEach(call -> journal(harness, call));
      List<LanguageModelCall> second = harness.calls();
      assertThat(second).extracting(LanguageModelCall::ordinal).containsExactly(3L, 4L);
      second.forEach(call -> journal(harness, call));
      harness.encodeAll();

      assertThat(profiles(harness)).extracting(UserProfile::getVersion).containsExactly(2L);
    }
  }

  private static void journal(ProfileHarness harness, LanguageModelCall call) {
    try {
      harness.journal(ProfileHarness.answer(call));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoIsHereNowMovesUpWithTheFirstSecondAndFourthEvent() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      double gain = harness.calls().get(0).gain();

      for (int event = 5; event < 9; event++) {
        harness.rate("u", event, event, 5, true);
      }

      assertThat(harness.calls())
          .filteredOn(call -> call.ordinal() == 1)
          .extracting(LanguageModelCall::gain)
          .containsExactly(gain * 2, gain * 3, gain * 5);
    }
  }

  @Test
  void answersThatComeBeforeTheirQuestionsAreUsedWithoutAsking() throws Exception {
    List<LanguageModelAnswer> journal = new ArrayList<>();
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.calls().forEach(call -> journal.add(ProfileHarness.answer(call)));
    }

    try (ProfileHarness replay = ProfileHarness.start()) {
      for (LanguageModelAnswer answer : journal) {
        replay.journal(answer);
      }
      replay.rateMany("u", 0, 5);
      replay.encodeAll();

      assertThat(replay.calls()).isEmpty();
      assertThat(profiles(replay)).hasSize(1);
      assertThat(replay.keyedState()).isEqualTo(3);
    }
  }

  @Test
  void aReplayFromAnyPointMakesTheSameProfiles() throws Exception {
    List<LanguageModelAnswer> journal = new ArrayList<>();
    List<UserProfile> undisturbed = new ArrayList<>();
    try (ProfileHarness harness = ProfileHarness.start()) {
      for (int event = 0; event < 45; event++) {
        harness.rateMany("u", event, event + 1);
        for (LanguageModelCall call : harness.calls()) {
          journal.add(ProfileHarness.answer(call));
          harness.journal(ProfileHarness.answer(call));
        }
        harness.encodeAll();
        undisturbed.addAll(profiles(harness));
      }
    }
    assertThat(undisturbed).hasSizeGreaterThan(2);

    Collections.reverse(journal);
    try (ProfileHarness replay = ProfileHarness.start()) {
      for (LanguageModelAnswer answer : journal) {
        replay.journal(answer);
      }
      List<UserProfile> again = new ArrayList<>();
      for (int event = 0; event < 45; event++) {
        replay.rateMany("u", event, event + 1);
        replay.encodeAll();
        again.addAll(profiles(replay));
      }
      assertThat(replay.calls()).isEmpty();
      assertThat(again).isEqualTo(undisturbed);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRestoredJobAsksAgainForWhatItHasNoAnswerTo(StateBackend backend) throws Exception {
    List<LanguageModelCall> calls;
    OperatorSubtaskState snapshot;
    try (ProfileHarness harness = ProfileHarness.start(backend)) {
      harness.rateMany("u", 0, 5);
      calls = harness.calls();
      harness.journal(ProfileHarness.answer(calls.get(0)));
      snapshot = harness.snapshot();
    }

    try (ProfileHarness harness = ProfileHarness.restore(snapshot, backend)) {
      assertThat(harness.calls()).containsExactly(calls.get(1));
      harness.journal(ProfileHarness.answer(calls.get(1)));
      harness.encodeAll();
      assertThat(profiles(harness)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRestoredJobSendsTheProfileWhoseVectorHadNotCome(StateBackend backend) throws Exception {
    OperatorSubtaskState snapshot;
    try (ProfileHarness harness = ProfileHarness.start(backend)) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      snapshot = harness.snapshot();
      assertThat(harness.changes()).isEmpty();
    }

    try (ProfileHarness harness = ProfileHarness.restore(snapshot, backend)) {
      harness.encodeAll();
      assertThat(profiles(harness)).hasSize(1);
    }
  }

  @Test
  void withoutTheEncoderTheProfileGoesWithoutAVector() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      harness.encoder.failAll();
      harness.runMails();

      assertThat(profiles(harness))
          .singleElement()
          .satisfies(profile -> assertThat(profile.getVector()).isNull());
    }
  }

  @Test
  void anAnswerThatCannotBeReadIsGivenUpAndTheNextRefreshGoesOn() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 10);
      for (LanguageModelCall call : harness.calls()) {
        harness.journal(ProfileHarness.answer(call, "As a language model I cannot."));
      }
      harness.answerAll();
      harness.encodeAll();

      assertThat(profiles(harness)).extracting(UserProfile::getEventCount).containsExactly(10L);
    }
  }

  @Test
  void somebodyMayWishForARefreshAtAnyTime() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.refresh("u");
      assertThat(harness.calls()).as("nothing is known").isEmpty();
      harness.rateMany("u", 0, 2);
      harness.refresh("u");
      assertThat(harness.calls()).isNotEmpty();
    }
  }

  @Test
  void anAnswerToAnotherPromptIsNotUsed() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      List<LanguageModelCall> calls = harness.calls();
      for (LanguageModelCall call : calls) {
        LanguageModelAnswer other = ProfileHarness.answer(call);
        harness.journal(
            LanguageModelAnswer.newBuilder(other).setAnswerId("of another prompt").build());
      }
      assertThat(harness.encoder.texts).isEmpty();

      calls.forEach(call -> journal(harness, call));
      assertThat(harness.encoder.texts).hasSize(1);
    }
  }

  @Test
  void anErasureLeavesNothingAndDropsWhatIsOnItsWay() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      harness.encodeAll();
      harness.rateMany("u", 5, 10);
      List<LanguageModelCall> open = harness.calls();
      assertThat(open).isNotEmpty();
      harness.changes();
      harness.forgotten();

      harness.erase("u", ProfileHarness.START);
      assertThat(harness.changes()).containsExactly(new ProfileChange("u", null));
      assertThat(harness.forgotten()).containsExactly("u/1", "u/2");
      harness.journal(ProfileHarness.answer(open.get(0)));
      assertThat(harness.forgotten()).as("an answer that came later").containsExactly("u/3");
      harness.rateMany("u", 0, 10);
      assertThat(harness.calls()).as("late events").isEmpty();
      assertThat(harness.keyedState()).as("tombstone and numbers").isEqualTo(2);

      harness.setProcessingTime(ProfileHarness.START + ProfileHarness.ERASURE_RETENTION.toMillis());
      assertThat(harness.keyedState()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void aVectorThatComesAfterAnErasureBringsNothingBack() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      harness.erase("u", ProfileHarness.START);
      harness.changes();
      harness.encodeAll();

      assertThat(harness.changes()).isEmpty();
    }
  }

  @Test
  void aVectorOfWhatIsErasedIsNotTakenForTheNextFirstVersions() throws Exception {
    try (ProfileHarness harness = ProfileHarness.start()) {
      harness.rateMany("u", 0, 5);
      harness.answerAll();
      harness.erase("u", 1_000_010);
      harness.changes();
      harness.rateMany("u", 20, 25);
      List<LanguageModelCall> calls = harness.calls();
      calls.forEach(call -> journal(harness, call));

      harness.encodeAll();
      assertThat(harness.changes()).as("the vector of what is erased").isEmpty();
      harness.setProcessingTime(ProfileHarness.START + ProfileHarness.OFFER_AGAIN.toMillis());
      harness.encodeAll();

      assertThat(profiles(harness))
          .singleElement()
          .satisfies(
              profile ->
                  assertThat(profile.getAnswerIds())
                      .containsExactlyElementsOf(
                          calls.stream().map(LanguageModelCall::answerId).toList()));
    }
  }
}
