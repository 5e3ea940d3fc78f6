package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.records.DeadLetterFactory;
import io.millrace.flink.records.RecordTypes;
import io.millrace.flink.records.SourceRecord;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.UserProfile;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bad input goes to dead letters with its bytes, and the job goes on. */
class AdmissionHarnessTest {
  private static final long PUBLISHED = UserHarness.START;
  private static final byte[] KEY = {1, 2};
  private static final byte[] VALUE = {3, 4, 5};

  private final AdmitInteractions interactions =
      new AdmitInteractions("job", Duration.ofMinutes(5));
  private final AdmitProfiles profiles = new AdmitProfiles("job", Duration.ofMinutes(5));

  @Test
  void whatIsPossiblePasses() throws Exception {
    Interaction event = Inputs.interaction("u", "e", "i", InteractionType.VIEW, 1);
    Admitted admitted = admit(interactions, read(event, null));

    assertThat(admitted.inputs)
        .containsExactly(
            new UserInput.Interacted(event, new UserInput.Arrival(PUBLISHED, PUBLISHED + 1, 77)));
    assertThat(admitted.letters).isEmpty();
  }

  @Test
  void anImpossibleValueIsRefusedWithTheBytesThatWereRead() throws Exception {
    Interaction event = Inputs.interaction("", "e", "i", InteractionType.VIEW, 1);
    Admitted admitted = admit(interactions, read(event, null));

    assertThat(admitted.inputs).isEmpty();
    DeadLetter letter = admitted.letters.get(0);
    assertThat(letter.getReason()).isEqualTo(DeadLetterReason.IMPOSSIBLE_VALUE);
    assertThat(letter.getDetail()).contains("userId is empty");
    assertThat(letter.getTopic()).isEqualTo("topic");
    assertThat(letter.getPartition()).isEqualTo(2);
    assertThat(letter.getOffset()).isEqualTo(3);
    assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(KEY));
    assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(VALUE));
    assertThat(letter.getJob()).isEqualTo("job");
  }

  @Test
  void whatCouldNotBeDecodedIsHandedOn() throws Exception {
    DeadLetter letter =
        DeadLetterFactory.refuse(
            "t", 0, 1, 2, null, VALUE, DeadLetterReason.UNKNOWN_SCHEMA, "id 9", "job");
    Admitted admitted = admit(interactions, AdmissionHarnessTest.<Interaction>read(null, letter));
    assertThat(admitted.inputs).isEmpty();
    assertThat(admitted.letters).containsExactly(letter);
  }

  @Test
  void aTombstoneRemovesAProfileAndIsRefusedElsewhere() throws Exception {
    Admitted removed = admit(profiles, AdmissionHarnessTest.<UserProfile>read(null, null));
    assertThat(removed.inputs).hasSize(1);
    assertThat(removed.inputs.get(0).userId()).isEqualTo("key");
    assertThat(((UserInput.Profiled) removed.inputs.get(0)).profile()).isNull();

    Admitted refused = admit(interactions, AdmissionHarnessTest.<Interaction>read(null, null));
    assertThat(refused.letters.get(0).getDetail()).contains("value is null");
  }

  private record Admitted(List<UserInput> inputs, List<DeadLetter> letters) {}

  private static <V extends SpecificRecord> Admitted admit(
      ProcessFunction<SourceRecord<V>, UserInput> function, SourceRecord<V> record)
      throws Exception {
    try (OneInputStreamOperatorTestHarness<SourceRecord<V>, UserInput> harness =
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function))) {
      harness.setup(RecordTypes.USER_INPUT.createSerializer(new SerializerConfigImpl()));
      harness.open();
      harness.processElement(new StreamRecord<>(record));
      var letters = harness.getSideOutput(DeadLetters.TAG);
      return new Admitted(
          harness.extractOutputValues(),
          letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList());
    }
  }

  private static <V extends SpecificRecord> SourceRecord<V> read(
      @Nullable V value, @Nullable DeadLetter refused) {
    return new SourceRecord<>(
        value, refused, "key", KEY, VALUE, "topic", 2, 3, PUBLISHED, PUBLISHED + 1, 77);
  }
}
