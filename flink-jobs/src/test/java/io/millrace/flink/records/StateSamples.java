package io.millrace.flink.records;

import io.millrace.flink.features.HeldTriggers;
import io.millrace.flink.features.HistoryRules;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PackedIds;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.PendingTriggers;
import io.millrace.flink.features.ProfileClaim;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.features.UserHistory;
import io.millrace.flink.features.UserReranking;
import io.millrace.flink.features.UserReranking.Found;
import io.millrace.flink.features.UserReranking.Scored;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.llm.ChatMessage;
import io.millrace.flink.llm.ChatMessage.Role;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.evidence.EvidenceEvents;
import io.millrace.flink.profiles.evidence.RefreshPolicy;
import io.millrace.flink.profiles.evidence.UserEvidence;
import io.millrace.flink.profiles.evidence.WaitingRefreshes;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.TriggerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * One value of every keyed state, and the program that writes its bytes once per version. The bytes
 * are committed: every later release must read them.
 */
public final class StateSamples {
  private static final HistoryRules RULES =
      HistoryRules.of(
          100, 1_000_000, EnumSet.of(InteractionType.VIEW, InteractionType.LIKE), 50, 5);

  /**
   * A state with a value.
   *
   * @param name of the state, and of the file
   * @param older what the bytes of each earlier version hold, version 1 first
   */
  record Sample<T>(String name, VersionedSerializer<T> serializer, T value, List<T> older) {
    Sample(String name, VersionedSerializer<T> serializer, T value) {
      this(name, serializer, value, List.of());
    }

    /** What the bytes of a version hold. */
    T value(int version) {
      return version <= older.size() ? older.get(version - 1) : value;
    }

    byte[] bytes() {
      return bytes(value);
    }

    byte[] bytes(T of) {
      try {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(of, out);
        return out.getCopyOfBuffer();
      } catch (IOException e) {
        throw new AssertionError("memory does not fail", e);
      }
    }

    Path file(Path root, int version) {
      return root.resolve("v" + version).resolve(name + ".bin");
    }
  }

  private StateSamples() {}

  static List<Sample<?>> all() {
    return List.of(
        new Sample<>(
            "history",
            new UserHistorySerializer(),
            reranked(ruled(history())),
            List.of(history(), ruled(history()))),
        new Sample<>("reranking", new UserRerankingSerializer(), reranking()),
        new Sample<>(
            "item-facts",
            new ItemFactsSerializer(),
            ItemFacts.of(true, 77, Map.of("genre", List.of("Drama", "War")))),
        new Sample<>("last-list", new LastListSerializer(), lastList()),
        new Sample<>(
            "profile",
            new ProfileVectorSerializer(),
            profile(
                List.of(
                    new ProfileClaim("Film noir, é", 0.75f, "Fargo (1996)"),
                    new ProfileClaim("musicals", -0.5f, null))),
            List.of(profile(List.of()))),
        new Sample<>("pending", new PendingTriggersSerializer(), pending()),
        new Sample<>("held", new HeldTriggersSerializer(), held()),
        new Sample<>("item-count", new ItemCountSerializer(), new ItemCount("item", 2.5, 77)),
        new Sample<>("user-evidence", new UserEvidenceSerializer(), evidence()),
        new Sample<>("waiting-refreshes", new WaitingRefreshesSerializer(), refreshes()),
        new Sample<>(
            "item-card",
            new ItemCardSerializer(),
            new ItemCard("Film", Map.of("genre", List.of("Drama", "War")))),
        new Sample<>(
            "language-model-call",
            new LanguageModelCallSerializer(),
            likelihoods(),
            List.of(call())));
  }

  private static UserHistory ruled(UserHistory history) {
    history.setRuled(true);
    return history;
  }

  private static UserHistory reranked(UserHistory history) {
    history.setReranked(true);
    return history;
  }

  private static UserReranking reranking() {
    return new UserReranking(
        2000,
        new Found(
            "list-1",
            1500,
            "model-1",
            "rerank/1",
            List.of(new Scored("item-1", 1.5f), new Scored("é", -0.5f))));
  }

  static UserEvidence evidence() {
    RefreshPolicy policy = new RefreshPolicy(2, 0.5, 3, 5);
    UserEvidence evidence = new UserEvidence();
    evidence.erase(10, 5000);
    evidence.add(EvidenceEvents.rated("e1", "drama", 4.5, 2000), true, policy);
    evidence.add(EvidenceEvents.rated("e2", "war", 1, 1500), false, policy);
    evidence.freeze(policy, 77);
    evidence.add(EvidenceEvents.said("e3", "slöw films", 3000), true, policy);
    return evidence;
  }

  static WaitingRefreshes refreshes() {
    WaitingRefreshes refreshes = new WaitingRefreshes();
    refreshes.add(evidence().freeze(new RefreshPolicy(1, 1, 3, 5), 77));
    refreshes.done(2);
    refreshes.add(evidence().freeze(new RefreshPolicy(1, 1, 3, 5), 78));
    refreshes.setEncoding(true);
    refreshes.setWakeAt(4242);
    return refreshes;
  }

  static LanguageModelCall call() {
    return new LanguageModelCall(
        "answer-1",
        "user",
        3,
        "profile/1",
        0.75,
        new ChatRequest(
            List.of(
                new ChatMessage(Role.SYSTEM, "be brief"),
                new ChatMessage(Role.USER, "wer ist é?"),
                new ChatMessage(Role.ASSISTANT, "nobody")),
            "{\"type\":\"object\"}",
            200,
            -42));
  }

  private static LanguageModelCall likelihoods() {
    ChatRequest request =
        ChatRequest.likelihoods(
            List.of(new ChatMessage(Role.USER, "which?")), List.of("Fargo (1996)", "é"));
    return new LanguageModelCall("answer-2", "user", 1, "rerank/1", 7, request);
  }

  static UserHistory history() {
    UserHistory history = new UserHistory();
    history.erase(10, 5000, RULES);
    history.add(event("e1", "item-1", InteractionType.VIEW, 2000), RULES);
    history.add(event("e2", "item-2", InteractionType.SKIP, 1500), RULES);
    history.add(event("e3", "é", InteractionType.LIKE, 2000), RULES);
    history.setProfiled(true);
    history.setHolding(true);
    return history;
  }

  static LastList lastList() {
    return new LastList(
        "3",
        List.of(
            new LastList.Item("a", 1.5f, "retriever"),
            new LastList.Item("b", -2f, "retriever"),
            new LastList.Item("c", 0f, "popular")));
  }

  private static ServedProfile profile(List<ProfileClaim> claims) {
    byte[] halves = new byte[ServedProfile.BYTES];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (byte) (i % 60);
    }
    return new ServedProfile(12, 999, "encoder-1", halves, claims);
  }

  static PendingTriggers pending() {
    return new PendingTriggers(
        List.of(trigger(TriggerKind.EVENT, "e1", 0), trigger(TriggerKind.REQUEST, "r1", 4242)));
  }

  static HeldTriggers held() {
    HeldTriggers held = new HeldTriggers();
    held.pace(777);
    held.trail(trigger(TriggerKind.EVENT, "e2", 0));
    held.hold(trigger(TriggerKind.REQUEST, "r2", 4242), "e9", 888);
    return held;
  }

  private static PendingTrigger trigger(TriggerKind kind, String id, long answerBy) {
    return new PendingTrigger(
        kind,
        id,
        1234,
        kind == TriggerKind.REQUEST ? "home" : "",
        10,
        PackedIds.of(List.of("x", "y")),
        5678,
        answerBy,
        3,
        2,
        kind == TriggerKind.REQUEST ? null : "e1",
        2000,
        5679,
        PendingTrigger.OTHER_JVM);
  }

  private static Interaction event(String id, String item, InteractionType type, long time) {
    return new Interaction(
        id, "u", item, type, null, Instant.ofEpochMilli(time), Map.of(), null, null);
  }

  /**
   * Writes the bytes of the current versions that are not there yet.
   *
   * @param args the folder {@code src/test/resources/io/millrace/flink/records/golden}
   */
  public static void main(String[] args) throws IOException {
    for (Sample<?> sample : all()) {
      Path file = sample.file(Path.of(args[0]), sample.serializer().version());
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        Files.write(file, sample.bytes());
      }
    }
  }
}
