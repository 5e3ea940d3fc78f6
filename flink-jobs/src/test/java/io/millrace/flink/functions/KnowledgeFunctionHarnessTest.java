package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.ItemPrompt.Family;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.KnowledgeChange;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.KnowledgeText;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked about items, when, and what becomes of the answers. */
class KnowledgeFunctionHarnessTest {
  private static final Duration AGAIN = Duration.ofMinutes(5);
  private static final CatalogueSettings SETTINGS =
      new CatalogueSettings(
          List.of(Family.BASIC, Family.RECOMMENDATION_DRIVEN),
          "model-1",
          AGAIN,
          4,
          Duration.ofMinutes(1));
  private static final ItemCard FARGO = new ItemCard("Fargo", Map.of("genre", List.of("Crime")));

  private static final class Harness
      extends KeyedTwoInputStreamOperatorTestHarness<
          String, ItemUpdate, LanguageModelAnswer, KnowledgeChange> {
    private int seen;

    Harness() throws Exception {
      super(
          new KeyedCoProcessOperator<>(new KnowledgeFunction(SETTINGS)),
          ItemUpdate::itemId,
          LanguageModelAnswer::getSubject,
          Types.STRING);
      setup(RecordTypes.KNOWLEDGE_CHANGE.createSerializer(new SerializerConfigImpl()));
    }

    static Harness open(@Nullable OperatorSubtaskState restored) throws Exception {
      Harness harness = new Harness();
      if (restored != null) {
        harness.initializeState(restored);
      }
      harness.open();
      return harness;
    }

    void item(String id, @Nullable ItemCard card) throws Exception {
      processElement1(new StreamRecord<>(new ItemUpdate(id, card)));
    }

    void answer(LanguageModelCall call, String text) throws Exception {
      processElement2(
          new StreamRecord<>(
              new LanguageModelAnswer(
                  call.answerId(),
                  call.subject(),
                  call.ordinal(),
                  call.promptVersion(),
                  "model-1",
                  text,
                  10,
                  2,
                  Instant.ofEpochMilli(call.ordinal()))));
    }

    /** Questions since the last look. */
    List<LanguageModelCall> calls() {
      var output = getSideOutput(KnowledgeFunction.CALLS);
      List<LanguageModelCall> all = new ArrayList<>();
      if (output != null) {
        output.forEach(record -> all.add(record.getValue()));
      }
      List<LanguageModelCall> newest = List.copyOf(all.subList(seen, all.size()));
      seen = all.size();
      return newest;
    }

    List<KnowledgeChange> changes() {
      return extractOutputValues();
    }
  }

  private static String said(String text) {
    return "{\"text\": \"" + text + "\"}";
  }

  @Test
  void oneItemIsAskedAboutBeforeTheNext() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      harness.item("51", FARGO);
      List<LanguageModelCall> calls = harness.calls();

      assertThat(calls)
          .extracting(LanguageModelCall::subject)
          .containsExactly("50", "50", "51", "51");
      assertThat(calls)
          .as("of equal gain the gateway asks in the order of their coming")
          .extracting(LanguageModelCall::gain)
          .containsOnly(calls.get(0).gain());
    }
  }

  @Test
  void anItemIsWrittenAboutOnceAllAreAnswered() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      List<LanguageModelCall> calls = harness.calls();
      assertThat(calls).extracting(LanguageModelCall::ordinal).containsExactly(1L, 2L);
      assertThat(calls).extracting(LanguageModelCall::subject).containsOnly("50");
      harness.answer(calls.get(1), said("for friends of snow"));
      assertThat(harness.changes()).isEmpty();
      harness.answer(calls.get(0), said("a crime in the snow"));

      ItemKnowledge knowledge = Objects.requireNonNull(harness.changes().get(0).knowledge());
      assertThat(knowledge.getTexts())
          .extracting(KnowledgeText::getFamily, KnowledgeText::getText)
          .containsExactly(
              tuple("basic", "a crime in the snow"),
              tuple("recommendation-driven", "for friends of snow"));
      assertThat(knowledge.getPromptTokens()).isEqualTo(20);
      assertThat(knowledge.getUpdatedAt()).isEqualTo(Instant.ofEpochMilli(2));

      harness.item("50", FARGO);
      harness.setProcessingTime(AGAIN.toMillis());
      assertThat(harness.calls()).as("nothing is asked again").isEmpty();
      assertThat(harness.changes()).hasSize(1);
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void aNewVersionIsAskedAboutAnew() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      List<LanguageModelCall> old = harness.calls();
      harness.item("50", new ItemCard("Fargo (1996)", FARGO.attributes()));
      List<LanguageModelCall> calls = harness.calls();
      assertThat(calls).hasSize(2);
      for (LanguageModelCall call : old) {
        harness.answer(call, said("of the old version"));
      }
      assertThat(harness.changes()).as("answers to other questions").isEmpty();
      for (LanguageModelCall call : calls) {
        harness.answer(call, said("of the new version"));
      }
      assertThat(harness.changes()).hasSize(1);
    }
  }

  @Test
  void theJournalAnswersBeforeTheItemComesAndAfterARestart() throws Exception {
    List<LanguageModelCall> calls;
    OperatorSubtaskState snapshot;
    try (Harness first = Harness.open(null)) {
      first.item("50", FARGO);
      calls = first.calls();
      first.answer(calls.get(0), said("a"));
      snapshot = first.snapshot(1, 1);
    }
    try (Harness second = Harness.open(snapshot)) {
      second.answer(calls.get(1), said("b"));
      assertThat(second.changes()).hasSize(1);
      assertThat(second.calls()).isEmpty();
    }
    try (Harness anew = Harness.open(null)) {
      anew.answer(calls.get(0), said("a"));
      anew.answer(calls.get(1), said("b"));
      anew.item("50", FARGO);
      assertThat(anew.changes()).hasSize(1);
      assertThat(anew.calls()).isEmpty();
    }
  }

  @Test
  void whatIsNotAnsweredIsOfferedAgain() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      LanguageModelCall answered = harness.calls().get(0);
      harness.answer(answered, said("a"));
      harness.setProcessingTime(AGAIN.toMillis());
      assertThat(harness.calls()).extracting(LanguageModelCall::ordinal).containsExactly(2L);
      harness.setProcessingTime(2 * AGAIN.toMillis());
      List<LanguageModelCall> again = harness.calls();
      assertThat(again).extracting(LanguageModelCall::ordinal).containsExactly(2L);
      harness.answer(again.get(0), said("b"));
      harness.setProcessingTime(3 * AGAIN.toMillis());
      assertThat(harness.calls()).isEmpty();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void anAnswerThatCannotBeReadCostsItsTextOnly() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      List<LanguageModelCall> calls = harness.calls();
      harness.answer(calls.get(0), "I cannot say");
      harness.answer(calls.get(1), said("for friends of snow"));

      ItemKnowledge knowledge = Objects.requireNonNull(harness.changes().get(0).knowledge());
      assertThat(knowledge.getTexts())
          .extracting(KnowledgeText::getFamily)
          .containsExactly("recommendation-driven");
    }
  }

  @Test
  void aRemovedItemLeavesNothing() throws Exception {
    try (Harness harness = Harness.open(null)) {
      harness.item("50", FARGO);
      harness.answer(harness.calls().get(0), said("a"));
      harness.item("50", null);
      harness.item("51", null);

      assertThat(harness.changes()).containsExactly(new KnowledgeChange("50", null));
      assertThat(harness.getSideOutput(KnowledgeFunction.FORGOTTEN))
          .extracting(StreamRecord::getValue)
          .containsExactly("50/1", "50/2");
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }
}
