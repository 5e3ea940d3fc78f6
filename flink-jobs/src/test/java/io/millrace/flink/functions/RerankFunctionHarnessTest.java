package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.RerankInput;
import io.millrace.flink.records.RerankedChange;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which lists are looked over, what is asked about them, and what becomes of the answers. */
class RerankFunctionHarnessTest {
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration RETENTION = Duration.ofDays(8);
  private static final RerankSettings SETTINGS =
      new RerankSettings("model-1", AGAIN, PATIENCE, RETENTION);
  private static final String FIRST = "[-1.0,-2.0]";
  private static final String SECOND = "[-2.0,-2.0]";

  private static final class Harness
      extends KeyedBroadcastOperatorTestHarness<String, RerankInput, ItemUpdate, RerankedChange> {
    private int seen;

    Harness() throws Exception {
      super(
          new CoBroadcastWithKeyedOperator<>(
              new RerankFunction(SETTINGS), List.of(RerankFunction.CATALOGUE)),
          RerankInput::userId,
          Types.STRING,
          1,
          1,
          0);
      setup(RecordTypes.RERANKED_CHANGE.createSerializer(new SerializerConfigImpl()));
    }

    static Harness open(@Nullable OperatorSubtaskState restored) throws Exception {
      Harness harness = new Harness();
      if (restored != null) {
        harness.initializeState(restored);
      }
      harness.open();
      if (restored == null) {
        for (String title : List.of("Fargo", "Heat", "Big", "Alien")) {
          harness.title(title, title + " (1990)");
        }
      }
      return harness;
    }

    void title(String itemId, String title) throws Exception {
      processBroadcastElement(
          new StreamRecord<>(new ItemUpdate(itemId, new ItemCard(title, Map.of()))));
    }

    void ask(String list, long eventTime, String... candidates) throws Exception {
      processElement(
          new StreamRecord<>(
              new RerankInput.Asked(question(list, eventTime, getProcessingTime(), candidates))));
    }

    void answer(LanguageModelCall call, String text) throws Exception {
      LanguageModelAnswer answer =
          new LanguageModelAnswer(
              call.answerId(),
              call.subject(),
              call.ordinal(),
              call.promptVersion(),
              "model-1",
              text,
              10,
              2,
              Instant.ofEpochMilli(call.ordinal()));
      processElement(new StreamRecord<>(new RerankInput.Answered(answer)));
    }

    void erase(long time) throws Exception {
      Erasure erasure = new Erasure("x", "u", Instant.ofEpochMilli(time));
      processElement(new StreamRecord<>(new RerankInput.Erased(erasure)));
    }

    /** Questions since the last look. */
    List<LanguageModelCall> calls() {
      List<LanguageModelCall> all = side(RerankFunction.CALLS);
      List<LanguageModelCall> newest = List.copyOf(all.subList(seen, all.size()));
      seen = all.size();
      return newest;
    }

    RerankMetrics metrics() {
      CoBroadcastWithKeyedOperator<?, ?, ?, ?> operator =
          (CoBroadcastWithKeyedOperator<?, ?, ?, ?>) getOperator();
      return ((RerankFunction) operator.getUserFunction()).metrics();
    }

    List<String> forgotten() {
      return side(RerankFunction.FORGOTTEN);
    }

    private <T> List<T> side(OutputTag<T> tag) {
      var output = getSideOutput(tag);
      List<T> all = new ArrayList<>();
      if (output != null) {
        output.forEach(record -> all.add(record.getValue()));
      }
      return all;
    }

    List<RerankedChange> changes() {
      return extractOutputValues();
    }

    RerankedCandidates only() {
      assertThat(changes()).hasSize(1);
      return Objects.requireNonNull(changes().get(0).reranked());
    }

    int numKeyedStateEntries() {
      AbstractStreamOperator<?> keyed = (AbstractStreamOperator<?>) getOperator();
      return ((HeapKeyedStateBackend<?>) keyed.<String>getKeyedStateBackend())
          .numKeyValueStateEntries();
    }

    /** All that is kept is what keeps a list that comes again from being asked about. */
    void hasNothingLeftAfterAWhile() throws Exception {
      setProcessingTime(getProcessingTime() + PATIENCE.toMillis());
      assertThat(numKeyedStateEntries()).isZero();
      assertThat(numProcessingTimeTimers()).isZero();
    }
  }

  private static RerankQuestion question(
      String list, long eventTime, long askedAt, String... candidates) {
    return new RerankQuestion(
        list,
        "u",
        "",
        List.of("Fargo", "Heat"),
        List.of("crime"),
        Stream.of(candidates).map(id -> new RerankCandidate(id, 1f)).toList(),
        Instant.ofEpochMilli(eventTime),
        Instant.ofEpochMilli(askedAt));
  }

  @Test
  void aListIsLookedOverOnceBothQuestionsAreAnswered() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.setProcessingTime(7_000);
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();

      assertThat(calls).extracting(LanguageModelCall::ordinal).containsExactly(1L, 2L);
      assertThat(calls).extracting(LanguageModelCall::subject).containsOnly("u");
      assertThat(calls).extracting(LanguageModelCall::gain).containsOnly(7_000.0);
      assertThat(calls.get(0).request().messages().get(1).content())
          .contains(": Fargo (1990); Heat (1990).\nThey like crime.");
      assertThat(calls)
          .allSatisfy(
              call ->
                  assertThat(call.request().continuations())
                      .containsExactly("Big (1990)", "Alien (1990)"));

      harness.answer(calls.get(1), SECOND);
      assertThat(harness.changes()).isEmpty();
      harness.setProcessingTime(9_500);
      harness.answer(calls.get(0), FIRST);

      RerankedCandidates reranked = harness.only();
      assertThat(reranked.getRecommendationId()).isEqualTo("list-1");
      assertThat(reranked.getScores())
          .containsExactly(new RerankScore("Big", 1f), new RerankScore("Alien", -1f));
      assertThat(reranked.getModel()).isEqualTo("model-1");
      assertThat(reranked.getPromptVersion()).isEqualTo("rerank/1");
      assertThat(reranked.getEventTime()).isEqualTo(Instant.ofEpochMilli(100));
      assertThat(reranked.getAnsweredAt()).isEqualTo(Instant.ofEpochMilli(2));
      assertThat(reranked.getPromptTokens()).isEqualTo(20);
      assertThat(reranked.getAnswerIds())
          .containsExactly(calls.get(0).answerId(), calls.get(1).answerId());
      assertThat(harness.metrics().wait.getStatistics().getValues()).containsExactly(2_500);
      assertThat(harness.metrics().tokens.getCount()).isEqualTo(24);
      harness.hasNothingLeftAfterAWhile();
      assertThat(harness.calls()).isEmpty();
    }
  }

  @Test
  void aNewerListTakesThePlaceOfOneThatWaits() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> old = harness.calls();
      harness.setProcessingTime(5);
      harness.ask("list-2", 101, "Alien", "Big", "Heat");
      List<LanguageModelCall> calls = harness.calls();
      harness.answer(old.get(0), FIRST);
      harness.answer(old.get(1), SECOND);
      assertThat(harness.changes()).as("answers to other questions").isEmpty();
      assertThat(calls.get(0).gain()).as("is asked first").isGreaterThan(old.get(0).gain());
      harness.answer(calls.get(0), "[-1,-2,-3]");
      harness.answer(calls.get(1), "[-2,-2,-2]");

      assertThat(harness.only().getRecommendationId()).isEqualTo("list-2");
      harness.hasNothingLeftAfterAWhile();
    }
  }

  @Test
  void anotherListIsAskedAboutEvenIfTheQuestionIsTheSame() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> first = harness.calls();
      harness.answer(first.get(0), FIRST);
      harness.answer(first.get(1), SECOND);
      harness.ask("list-2", 101, "Big", "Alien");
      List<LanguageModelCall> second = harness.calls();

      assertThat(second)
          .extracting(LanguageModelCall::request)
          .isEqualTo(first.stream().map(LanguageModelCall::request).toList());
      assertThat(second)
          .extracting(LanguageModelCall::answerId)
          .as("the journal has the first, and no one brings them again")
          .doesNotContainAnyElementsOf(first.stream().map(LanguageModelCall::answerId).toList());
    }
  }

  @Test
  void aListThatComesAgainOrLateIsNotAskedAboutAgain() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-2", 101, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();
      harness.ask("list-2", 101, "Big", "Alien");
      harness.ask("list-1", 100, "Big", "Alien");
      assertThat(harness.calls()).isEmpty();
      harness.answer(calls.get(0), FIRST);
      harness.answer(calls.get(1), SECOND);
      harness.ask("list-2", 101, "Big", "Alien");

      assertThat(harness.calls()).isEmpty();
      assertThat(harness.changes()).hasSize(1);
      harness.hasNothingLeftAfterAWhile();
    }
  }

  @Test
  void whatIsNotAnsweredIsOfferedAgainUntilItIsTooOld() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();
      harness.answer(calls.get(0), FIRST);
      harness.setProcessingTime(AGAIN.toMillis());
      assertThat(harness.calls()).containsExactly(calls.get(1));
      for (int minute = 2; minute < 10; minute++) {
        harness.setProcessingTime(minute * AGAIN.toMillis());
        assertThat(harness.calls()).containsExactly(calls.get(1));
      }
      harness.setProcessingTime(PATIENCE.toMillis());

      assertThat(harness.calls()).isEmpty();
      assertThat(harness.changes()).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void aListWaitsAWhileForTitlesThatAreMissing() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Babe", "unknown");
      assertThat(harness.calls()).isEmpty();
      harness.title("Babe", "Babe (1995)");
      harness.setProcessingTime(AGAIN.toMillis());
      List<LanguageModelCall> calls = harness.calls();

      assertThat(calls).hasSize(2);
      assertThat(calls.get(0).request().continuations())
          .as("those there are then")
          .containsExactly("Big (1990)", "Babe (1995)");
      harness.answer(calls.get(0), FIRST);
      harness.answer(calls.get(1), SECOND);
      assertThat(harness.only().getScores())
          .containsExactly(new RerankScore("Big", 1f), new RerankScore("Babe", -1f));
      harness.hasNothingLeftAfterAWhile();
    }
  }

  @Test
  void aListThatIsTooOldOrSaysNothingLeavesNothing() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.setProcessingTime(PATIENCE.toMillis());
      harness.processElement(
          new StreamRecord<>(new RerankInput.Asked(question("old", 100, 0, "Big", "Alien"))));
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
      harness.ask("none", 100);
      harness.ask("one title", 101, "Big", "unknown");
      harness.setProcessingTime(PATIENCE.plus(AGAIN).toMillis());

      assertThat(harness.calls()).isEmpty();
      harness.hasNothingLeftAfterAWhile();
      assertThat(harness.calls()).isEmpty();
    }
  }

  @Test
  void aTitleThatChangesMeanwhileDoesNotChangeTheQuestion() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();
      harness.title("Big", "Bigger");
      harness.setProcessingTime(AGAIN.toMillis());

      assertThat(harness.calls()).isEqualTo(calls);
    }
  }

  @Test
  void theJournalAnswersBeforeTheListComesAndAfterARestart() throws Exception {
    List<LanguageModelCall> calls;
    OperatorSubtaskState snapshot;
    try (Harness first = Harness.open(null)) {
      first.ask("list-1", 100, "Big", "Alien");
      calls = first.calls();
      first.answer(calls.get(0), FIRST);
      snapshot = first.snapshot(1, 1);
    }
    try (Harness second = Harness.open(snapshot)) {
      second.answer(calls.get(1), SECOND);
      assertThat(second.only().getRecommendationId()).isEqualTo("list-1");
      second.hasNothingLeftAfterAWhile();
    }
    try (Harness anew = Harness.open(null)) {
      anew.answer(calls.get(0), FIRST);
      anew.answer(calls.get(1), SECOND);
      anew.ask("list-1", 100, "Big", "Alien");
      assertThat(anew.only().getRecommendationId()).isEqualTo("list-1");
      assertThat(anew.calls()).isEmpty();
      anew.hasNothingLeftAfterAWhile();
    }
  }

  @Test
  void answersWhoseListNeverComesAreDropped() throws Exception {
    LanguageModelCall call;
    try (Harness other = Harness.open(null)) {
      other.ask("list-1", 100, "Big", "Alien");
      call = other.calls().get(0);
    }
    try (Harness harness = Harness.open(null)) {
      harness.answer(call, FIRST);
      harness.hasNothingLeftAfterAWhile();
    }
  }

  @Test
  void answersThatCannotBeReadLeaveTheListsAsTheyAre() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();
      harness.answer(calls.get(0), "");
      harness.answer(calls.get(1), SECOND);

      assertThat(harness.changes()).isEmpty();
      harness.hasNothingLeftAfterAWhile();
      assertThat(harness.calls()).isEmpty();
    }
  }

  @Test
  void anErasureTakesEverythingWithItAndNothingComesBack() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.ask("list-1", 100, "Big", "Alien");
      List<LanguageModelCall> calls = harness.calls();
      harness.answer(calls.get(0), FIRST);
      harness.erase(150);

      assertThat(harness.changes()).containsExactly(new RerankedChange("u", null));
      assertThat(harness.forgotten()).containsExactly("u/1", "u/2");
      harness.answer(calls.get(1), SECOND);
      assertThat(harness.forgotten()).as("was on its way").endsWith("u/2").hasSize(3);
      harness.ask("list-2", 150, "Big", "Alien");
      assertThat(harness.calls()).as("a list of before").isEmpty();

      harness.ask("list-3", 151, "Big", "Alien");
      for (LanguageModelCall call : harness.calls()) {
        harness.answer(call, FIRST);
      }
      assertThat(harness.changes()).hasSize(2);
      harness.setProcessingTime(PATIENCE.toMillis());
      assertThat(harness.numProcessingTimeTimers()).as("of the erasure").isEqualTo(1);
      harness.setProcessingTime(RETENTION.toMillis());
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }
}
