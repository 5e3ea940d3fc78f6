package io.millrace.flink.functions;

import static io.millrace.flink.lastmile.Rules.NOW;
import static io.millrace.flink.lastmile.Rules.everything;
import static io.millrace.flink.lastmile.Rules.items;
import static io.millrace.flink.lastmile.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SharedInput.ItemChanged;
import io.millrace.flink.records.SharedInput.RuleChanged;
import io.millrace.flink.records.SourceRecord;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rules and the catalogue at the edge of the job. */
class AdmitRulesHarnessTest {
  private static final long AT = NOW.toEpochMilli();
  private static final Duration SKEW = Duration.ofMinutes(5);

  private record Admitted(
      List<SharedInput> shared, List<UserInput> ofUsers, List<DeadLetter> letters) {}

  private static <V extends SpecificRecord> Admitted admit(
      ProcessFunction<SourceRecord<V>, SharedInput> function, String key, @Nullable V value)
      throws Exception {
    try (OneInputStreamOperatorTestHarness<SourceRecord<V>, SharedInput> harness =
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function))) {
      harness.setup(RecordTypes.SHARED_INPUT.createSerializer(new SerializerConfigImpl()));
      harness.open();
      harness.processElement(
          new StreamRecord<>(
              new SourceRecord<>(value, null, key, null, null, "topic", 0, 1, AT, AT, 1)));
      return new Admitted(
          harness.extractOutputValues(),
          side(harness, AdmitRules.OF_USERS),
          side(harness, DeadLetters.TAG));
    }
  }

  private static <T> List<T> side(
      OneInputStreamOperatorTestHarness<?, SharedInput> harness, OutputTag<T> tag) {
    var records = harness.getSideOutput(tag);
    return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
  }

  private static Admitted admit(String key, @Nullable Rule rule) throws Exception {
    return admit(new AdmitRules("job", SKEW), key, rule);
  }

  @Test
  void aRuleOfEverybodyGoesToEverybody() throws Exception {
    Rule rule = rule("r", RuleAction.EXCLUDE, items("a")).build();

    assertThat(admit("r", rule).shared()).containsExactly(new RuleChanged("r", rule));
    assertThat(admit("r", null).shared()).containsExactly(new RuleChanged("r", null));
  }

  @Test
  void aUsersRuleGoesToTheUserAndSoDoesItsTombstone() throws Exception {
    Rule rule = rule("u/r", RuleAction.EXCLUDE, items("a")).setUserId("u").build();

    assertThat(admit("u/r", rule).ofUsers()).extracting(UserInput::userId).containsExactly("u");
    assertThat(admit("u/r", null).ofUsers()).extracting(UserInput::userId).containsExactly("u");
    assertThat(admit("u/r", rule).shared()).isEmpty();
  }

  @Test
  void anImpossibleRuleBecomesADeadLetterThatSaysWhatToDo() throws Exception {
    Admitted admitted = admit("r", rule("r", RuleAction.EXCLUDE, everything()).build());

    assertThat(admitted.shared()).isEmpty();
    assertThat(admitted.letters().get(0).getDetail())
        .contains("match is empty in a rule that says EXCLUDE")
        .contains("name itemIds");
  }

  @Test
  void anItemIsKeptAsRulesCanAsk() throws Exception {
    Item item =
        Item.newBuilder()
            .setItemId("i")
            .setTitle("t")
            .setAttributes(Map.of("genre", List.of("Drama", "x".repeat(300))))
            .setUpdatedAt(NOW)
            .build();

    Admitted admitted = admit(new AdmitCatalogue("job", SKEW), "i", item);

    ItemFacts facts = ((ItemChanged) admitted.shared().get(0)).facts();
    assertThat(facts.available()).isTrue();
    assertThat(facts.attributes()).isEqualTo(Map.of("genre", List.of("Drama")));
  }

  @Test
  void aRemovedItemIsNotAvailable() throws Exception {
    Admitted admitted = admit(new AdmitCatalogue("job", SKEW), "i", null);

    assertThat(admitted.shared()).containsExactly(new ItemChanged("i", ItemFacts.REMOVED));
  }
}
