package io.millrace.flink.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.lastmile.Rules;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatMessage.Role;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.DeadLetterReason;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.ItemKnowledge;
import io.millrace.schemas.avro.KnowledgeText;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.RuleAction;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What crosses operators comes back as it was, and its serializers survive a savepoint. */
class FlowSerializersTest {
  private static final Arrival ARRIVAL = new Arrival(5, 6, 7);
  private static final Instant TIME = Instant.ofEpochMilli(1234);

  static Stream<UserInput> inputs() {
    return Stream.of(
        new UserInput.Interacted(
            new Interaction(
                "e",
                "u",
                "i",
                InteractionType.RATE,
                4.5,
                TIME,
                Map.of("page", "home"),
                "words",
                "list"),
            ARRIVAL),
        new UserInput.Interacted(
            new Interaction(
                "e", "u", null, InteractionType.UNKNOWN, null, TIME, Map.of(), null, null),
            ARRIVAL),
        new UserInput.Requested(
            new RecommendationRequest("r", "u", "home", 5, List.of("x"), 100, "e", TIME), ARRIVAL),
        new UserInput.Profiled("u", profile(), ARRIVAL),
        new UserInput.Profiled("u", null, ARRIVAL),
        new UserInput.Ruled("u", "u/r", rule(), ARRIVAL),
        new UserInput.Ruled("u", "u/r", null, ARRIVAL),
        new UserInput.Reranked("u", reranked(), ARRIVAL),
        new UserInput.Reranked("u", null, ARRIVAL),
        new UserInput.Erased(new Erasure("x", "u", TIME), ARRIVAL));
  }

  static Stream<RerankInput> rerankInputs() {
    return Stream.of(
        new RerankInput.Asked(
            new RerankQuestion(
                "list",
                "u",
                "home",
                List.of("i"),
                List.of("drama"),
                List.of(new RerankCandidate("j", 1.5f)),
                TIME,
                TIME)),
        new RerankInput.Answered(
            new LanguageModelAnswer("a", "u", 1L, "rerank/1", "m", "[]", 30, 4, TIME)),
        new RerankInput.Erased(new Erasure("x", "u", TIME)));
  }

  @ParameterizedTest
  @MethodSource("rerankInputs")
  void inputsOfRerankingComeBack(RerankInput input) throws IOException {
    assertThat(throughBytes(RecordTypes.RERANK_INPUT, input)).isEqualTo(input);
  }

  @Test
  void whatWasFoundInListsComesBack() throws IOException {
    RerankedChange change = new RerankedChange("u", reranked());
    assertThat(throughBytes(RecordTypes.RERANKED_CHANGE, change)).isEqualTo(change);
    RerankedChange gone = new RerankedChange("u", null);
    assertThat(throughBytes(RecordTypes.RERANKED_CHANGE, gone)).isEqualTo(gone);
  }

  private static RerankedCandidates reranked() {
    return new RerankedCandidates(
        "u",
        "list",
        List.of(new RerankScore("i", 0.5f)),
        "m",
        "rerank/1",
        TIME,
        TIME,
        30,
        4,
        List.of("a"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void inputsComeBack(UserInput input) throws IOException {
    assertThat(throughBytes(RecordTypes.USER_INPUT, input)).isEqualTo(input);
  }

  static Stream<ProfileInput> profileInputs() {
    return Stream.of(
        new ProfileInput.Interacted(
            new Interaction("e", "u", "i", InteractionType.RATE, 4.5, TIME, Map.of(), null, null),
            true),
        new ProfileInput.Refreshed(new ProfileRefresh("r", "u", TIME)),
        new ProfileInput.Answered(
            new LanguageModelAnswer("a", "u", 3L, "keywords/1", "m", "{}", 30, 4, TIME)),
        new ProfileInput.Erased(new Erasure("x", "u", TIME)));
  }

  @ParameterizedTest
  @MethodSource("profileInputs")
  void inputsOfProfilesComeBack(ProfileInput input) throws IOException {
    assertThat(throughBytes(RecordTypes.PROFILE_INPUT, input)).isEqualTo(input);
  }

  @Test
  void itemsAndChangesOfProfilesComeBack() throws IOException {
    ItemUpdate item =
        new ItemUpdate("i", new ItemCard("Film", Map.of("genre", List.of("Drama", "War"))));
    assertThat(throughBytes(RecordTypes.ITEM_UPDATE, item)).isEqualTo(item);
    ItemUpdate removed = new ItemUpdate("i", null);
    assertThat(throughBytes(RecordTypes.ITEM_UPDATE, removed)).isEqualTo(removed);
    ProfileChange change = new ProfileChange("u", profile());
    assertThat(throughBytes(RecordTypes.PROFILE_CHANGE, change)).isEqualTo(change);
    ProfileChange gone = new ProfileChange("u", null);
    assertThat(throughBytes(RecordTypes.PROFILE_CHANGE, gone)).isEqualTo(gone);
  }

  @Test
  void changesOfWhatIsKnownOfItemsComeBack() throws IOException {
    ItemKnowledge knowledge =
        ItemKnowledge.newBuilder()
            .setItemId("i")
            .setItemVersion("v")
            .setUpdatedAt(Instant.ofEpochMilli(7))
            .setTexts(List.of(new KnowledgeText("basic", "a crime in the snow")))
            .setModel("model-1")
            .setPromptVersion("item/1/basic")
            .build();
    KnowledgeChange change = new KnowledgeChange("i", knowledge);
    assertThat(throughBytes(RecordTypes.KNOWLEDGE_CHANGE, change)).isEqualTo(change);
    KnowledgeChange gone = new KnowledgeChange("i", null);
    assertThat(throughBytes(RecordTypes.KNOWLEDGE_CHANGE, gone)).isEqualTo(gone);
  }

  @Test
  void questionsComeBack() throws IOException {
    LanguageModelCall call =
        new LanguageModelCall(
            "a",
            "u",
            3,
            "keywords/1",
            0.25,
            new ChatRequest(
                List.of(new ChatMessage(Role.SYSTEM, "Be brief."), new ChatMessage(Role.USER, "?")),
                "{}",
                64,
                -1));
    assertThat(throughBytes(RecordTypes.LANGUAGE_MODEL_CALL, call)).isEqualTo(call);
    LanguageModelCall likelihoods =
        new LanguageModelCall(
            "a",
            "u",
            1,
            "rerank/1",
            1,
            ChatRequest.likelihoods(call.request().messages(), List.of("Fargo", "Big")));
    assertThat(throughBytes(RecordTypes.LANGUAGE_MODEL_CALL, likelihoods)).isEqualTo(likelihoods);
  }

  @Test
  void aMonotonicReadingOfAnotherJvmIsDropped() throws IOException {
    TypeSerializer<UserInput> serializer = serializer(RecordTypes.USER_INPUT);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(new UserInput.Erased(new Erasure("x", "u", TIME), ARRIVAL), out);
    byte[] bytes = out.getCopyOfBuffer();
    int jvm = bytes.length - Long.BYTES - 2 - Long.BYTES;
    bytes[jvm] ^= 1;

    Arrival arrival = serializer.deserialize(new DataInputDeserializer(bytes)).arrival();
    assertThat(arrival).isEqualTo(new Arrival(5, 6, PendingTrigger.OTHER_JVM));
  }

  @Test
  void countsAndListsComeBack() throws IOException {
    ItemCount count = new ItemCount("i", 1.25, 99);
    assertThat(throughBytes(RecordTypes.ITEM_COUNT, count)).isEqualTo(count);
    TopItemsOfPart top = new TopItemsOfPart(3, List.of(count, new ItemCount("j", 1, 98)));
    assertThat(throughBytes(RecordTypes.TOP_ITEMS_OF_PART, top)).isEqualTo(top);
    PopularNow popular = new PopularNow(List.of(new PopularNow.Item("i", 1f)), 2.5);
    assertThat(throughBytes(RecordTypes.POPULAR_NOW, popular)).isEqualTo(popular);
  }

  static Stream<SharedInput> shared() {
    return Stream.of(
        new SharedInput.Popular(new PopularNow(List.of(new PopularNow.Item("i", 1f)), 2.5)),
        new SharedInput.RuleChanged("u/r", rule()),
        new SharedInput.RuleChanged("r", null),
        new SharedInput.ItemChanged("i", ItemFacts.of(false, 7, Map.of("genre", List.of("War")))));
  }

  @ParameterizedTest
  @MethodSource("shared")
  void whatEverybodyMustKnowComesBack(SharedInput input) throws IOException {
    assertThat(throughBytes(RecordTypes.SHARED_INPUT, input))
        .usingRecursiveComparison()
        .isEqualTo(input);
  }

  private static Rule rule() {
    return Rules.rule("u/r", RuleAction.EXCLUDE, Rules.items("i")).setUserId("u").build();
  }

  @Test
  void sourceRecordsComeBack() throws IOException {
    SourceRecord<Erasure> record =
        new SourceRecord<>(
            new Erasure("x", "u", TIME),
            null,
            "u",
            new byte[] {1},
            new byte[] {2, 3},
            "t",
            1,
            2L,
            3L,
            4L,
            5L);
    SourceRecord<Erasure> back = throughBytes(RecordTypes.sourceRecord(Erasure.class), record);
    assertThat(back).usingRecursiveComparison().isEqualTo(record);

    SourceRecord<Erasure> refused =
        new SourceRecord<>(
            null,
            DeadLetterFactory.refuse(
                "t", 1, 2, 3, null, new byte[9], DeadLetterReason.MALFORMED_BYTES, "why", "job"),
            "",
            null,
            null,
            "t",
            1,
            2L,
            3L,
            4L,
            5L);
    assertThat(throughBytes(RecordTypes.sourceRecord(Erasure.class), refused).refused())
        .isEqualTo(refused.refused());
  }

  @Test
  void everySerializerSurvivesASavepoint() throws IOException {
    survives(RecordTypes.USER_INPUT);
    survives(RecordTypes.ITEM_COUNT);
    survives(RecordTypes.TOP_ITEMS_OF_PART);
    survives(RecordTypes.POPULAR_NOW);
    survives(RecordTypes.SHARED_INPUT);
    survives(RecordTypes.RECOMMENDATION);
    survives(RecordTypes.RECOMMENDATION_INPUT);
    survives(RecordTypes.DEAD_LETTER);
    survives(RecordTypes.PROFILE_INPUT);
    survives(RecordTypes.ITEM_UPDATE);
    survives(RecordTypes.PROFILE_CHANGE);
    survives(RecordTypes.LANGUAGE_MODEL_CALL);
    survives(RecordTypes.RERANK_INPUT);
    survives(RecordTypes.RERANKED_CHANGE);
    survives(RecordTypes.sourceRecord(Interaction.class));
  }

  private <T> void survives(TypeInformation<T> type) throws IOException {
    TypeSerializer<T> serializer = serializer(type);
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    TypeSerializerSnapshot<T> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    assertThat(read.restoreSerializer()).isEqualTo(serializer);
    assertThat(
            serializer.snapshotConfiguration().resolveSchemaCompatibility(read).isCompatibleAsIs())
        .isTrue();
  }

  private static UserProfile profile() {
    return UserProfile.newBuilder()
        .setUserId("u")
        .setVersion(2)
        .setUpdatedAt(TIME)
        .setSummary("s")
        .setModel("m")
        .setPromptVersion("1")
        .build();
  }

  private static <T> T throughBytes(TypeInformation<T> type, T value) throws IOException {
    TypeSerializer<T> serializer = serializer(type);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    DataOutputSerializer copied = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);
    DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
    T back = serializer.duplicate().deserialize(in);
    assertThat(in.available()).as("bytes left over").isZero();
    return back;
  }

  private static <T> TypeSerializer<T> serializer(TypeInformation<T> type) {
    return type.createSerializer(new SerializerConfigImpl());
  }
}
