package io.millrace.flink.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.GroundingRules;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.PromptSettings;
import io.millrace.flink.profiles.evidence.RefreshPolicy;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.RecordTypes;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * One instance of the operator that writes profiles, on the heap, with a catalogue of ten films.
 */
final class ProfileHarness extends AbstractStreamOperatorTestHarness<ProfileChange> {
  static final int MAX_PARALLELISM = 720;
  static final long START = 1_800_000_000_000L;
  static final Duration OFFER_AGAIN = Duration.ofMinutes(1);
  static final Duration ERASURE_RETENTION = Duration.ofDays(8);

  private static final ObjectMapper JSON = new ObjectMapper();

  final FakeTextEncoder encoder;
  private long snapshots;

  private ProfileHarness(FakeTextEncoder encoder, StateBackend backend) throws Exception {
    super(new ProfileOperatorFactory(settings(), () -> encoder), MAX_PARALLELISM, 1, 0);
    this.encoder = encoder;
    KeySelector<ProfileInput, String> key = ProfileInput::userId;
    config.setStatePartitioner(0, key);
    config.setStateKeySerializer(StringSerializer.INSTANCE);
    config.serializeAllConfigs();
    setProcessingTime(START);
    setStateBackend(backend);
    setup(RecordTypes.PROFILE_CHANGE.createSerializer(new SerializerConfigImpl()));
  }

  static ProfileSettings settings() {
    return new ProfileSettings(
        new RefreshPolicy(5, 0.5, 48, 5),
        "keywords",
        PromptSettings.defaults(),
        GroundingRules.defaults(),
        "model-1",
        OFFER_AGAIN,
        4,
        ERASURE_RETENTION);
  }

  static ProfileHarness start() throws Exception {
    return start(new HashMapStateBackend());
  }

  static ProfileHarness start(StateBackend backend) throws Exception {
    ProfileHarness harness = new ProfileHarness(new FakeTextEncoder(), backend);
    harness.initializeEmptyState();
    harness.open();
    for (int i = 0; i < 10; i++) {
      harness.catalogue("film-" + i, "Film " + i, i % 2 == 0 ? "Drama" : "Western");
    }
    return harness;
  }

  static ProfileHarness restore(OperatorSubtaskState snapshot, StateBackend backend)
      throws Exception {
    ProfileHarness harness = new ProfileHarness(new FakeTextEncoder(), backend);
    harness.initializeState(repartitionOperatorState(snapshot, MAX_PARALLELISM, 1, 1, 0));
    harness.open();
    return harness;
  }

  void catalogue(String itemId, String title, String genre) throws Exception {
    StreamRecord<ItemUpdate> element =
        new StreamRecord<>(
            new ItemUpdate(itemId, new ItemCard(title, Map.of("genre", List.of(genre)))));
    operator().setKeyContextElement2(element);
    operator().processElement2(element);
  }

  void process(ProfileInput input) throws Exception {
    StreamRecord<ProfileInput> element = new StreamRecord<>(input);
    operator().setKeyContextElement1(element);
    operator().processElement1(element);
  }

  /** The user rates a film; event ids count on. */
  void rate(String user, int event, int film, double stars) throws Exception {
    rate(user, event, film, stars, false);
  }

  void rate(String user, int event, int film, double stars, boolean live) throws Exception {
    process(
        new ProfileInput.Interacted(
            new Interaction(
                "e" + event,
                user,
                "film-" + film,
                InteractionType.RATE,
                stars,
                Instant.ofEpochMilli(1_000_000L + event),
                Map.of(),
                null,
                null),
            live));
  }

  /** The user rates this many films: five stars for the dramas, one for the westerns. */
  void rateMany(String user, int from, int to) throws Exception {
    for (int event = from; event < to; event++) {
      rate(user, event, event % 10, event % 2 == 0 ? 5 : 1);
    }
  }

  void refresh(String user) throws Exception {
    process(
        new ProfileInput.Refreshed(
            new ProfileRefresh("r", user, Instant.ofEpochMilli(getProcessingTime()))));
  }

  void erase(String user, long time) throws Exception {
    process(new ProfileInput.Erased(new Erasure("x", user, Instant.ofEpochMilli(time))));
  }

  void journal(LanguageModelAnswer answer) throws Exception {
    process(new ProfileInput.Answered(answer));
  }

  /**
   * What the journal has of a question when the model picks the first text and the first two events
   * that the question's schema allows.
   */
  static LanguageModelAnswer answer(LanguageModelCall call) {
    return answer(call, firstChoices(call));
  }

  static LanguageModelAnswer answer(LanguageModelCall call, String text) {
    return new LanguageModelAnswer(
        call.answerId(),
        call.subject(),
        call.ordinal(),
        call.promptVersion(),
        "model-1",
        text,
        100,
        20,
        Instant.ofEpochMilli(START + call.ordinal()));
  }

  private static String firstChoices(LanguageModelCall call) {
    try {
      JsonNode claim =
          JSON.readTree(call.request().jsonSchema())
              .at("/properties/claims/items/anyOf/0/properties");
      JsonNode texts = claim.at("/text/enum");
      JsonNode events = claim.at("/events/items/enum");
      ObjectNode answer = JSON.createObjectNode();
      ObjectNode made = answer.putArray("claims").addObject().put("text", texts.path(0).asText());
      for (int i = 0; i < Math.min(2, events.size()); i++) {
        made.withArray("events").add(events.get(i).asText());
      }
      return answer.toString();
    } catch (JsonProcessingException e) {
      throw new AssertionError("the schema of a question is JSON", e);
    }
  }

  /** Answers every question that was offered since the last look, through the journal. */
  void answerAll() throws Exception {
    for (LanguageModelCall call : calls()) {
      journal(answer(call));
    }
  }

  /** Gives every profile its vector. */
  void encodeAll() throws Exception {
    encoder.answerAll();
    runMails();
  }

  void runMails() throws Exception {
    while (getTaskMailbox().hasMail()) {
      getTaskMailbox().take(0).run();
    }
  }

  /** Questions that were offered since the last look, in order. */
  List<LanguageModelCall> calls() {
    return side(ProfileOperator.CALLS);
  }

  /** Journal keys that are to go, since the last look. */
  List<String> forgotten() {
    return side(ProfileOperator.FORGOTTEN);
  }

  private <T> List<T> side(OutputTag<T> tag) {
    Queue<StreamRecord<T>> records = getSideOutput(tag);
    List<T> values = new ArrayList<>();
    while (records != null && !records.isEmpty()) {
      values.add(records.remove().getValue());
    }
    return values;
  }

  /** Changes of profiles since the last look, in order. */
  List<ProfileChange> changes() {
    List<ProfileChange> changes = new ArrayList<>(extractOutputValues());
    getOutput().clear();
    return changes;
  }

  /** Finishes; vectors that the test left open fail, since finishing waits for them. */
  @Override
  public void close() throws Exception {
    encoder.failAll();
    runMails();
    super.close();
  }

  OperatorSubtaskState snapshot() throws Exception {
    snapshots++;
    prepareSnapshotPreBarrier(snapshots);
    return snapshot(snapshots, snapshots);
  }

  /** Values of keyed state, all users and states together. */
  int keyedState() {
    return ((HeapKeyedStateBackend<?>) operator().getKeyedStateBackend()).numKeyValueStateEntries();
  }

  private ProfileOperator operator() {
    return (ProfileOperator) getOperator();
  }
}
