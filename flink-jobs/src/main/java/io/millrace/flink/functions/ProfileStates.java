package io.millrace.flink.functions;

import io.millrace.flink.profiles.evidence.UserEvidence;
import io.millrace.flink.profiles.evidence.WaitingRefreshes;
import io.millrace.flink.records.AvroRecordSerializer;
import io.millrace.flink.records.UserEvidenceSerializer;
import io.millrace.flink.records.WaitingRefreshesSerializer;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The keyed state that profiles are written from. Every access names its user: vectors of other
 * users' profiles come back in between.
 */
final class ProfileStates {
  /** What the user did. Absent for a user of whom nothing is known. */
  private static final ValueStateDescriptor<UserEvidence> EVIDENCE =
      new ValueStateDescriptor<>("evidence", new UserEvidenceSerializer());

  /** Refreshes without their answers, and the next question's number. Absent before the first. */
  private static final ValueStateDescriptor<WaitingRefreshes> REFRESHES =
      new ValueStateDescriptor<>("refreshes", new WaitingRefreshesSerializer());

  /** The newest profile. Absent before the first. */
  private static final ValueStateDescriptor<UserProfile> PROFILE =
      new ValueStateDescriptor<>("profile", new AvroRecordSerializer<>(UserProfile.class));

  /**
   * Answers that no refresh has used yet, by their number: the journal may be read before the
   * events that lead to the question, and a refresh may need several.
   */
  private static final MapStateDescriptor<Long, LanguageModelAnswer> ANSWERS =
      new MapStateDescriptor<>(
          "answers",
          LongSerializer.INSTANCE,
          new AvroRecordSerializer<>(LanguageModelAnswer.class));

  private final KeyedStateBackend<String> backend;
  private final Consumer<String> keyContext;
  private final ValueState<UserEvidence> evidence;
  private final ValueState<WaitingRefreshes> refreshes;
  private final ValueState<UserProfile> profile;
  private final MapState<Long, LanguageModelAnswer> answers;

  /**
   * @param keyContext makes a user the current key
   */
  ProfileStates(
      KeyedStateStore store, KeyedStateBackend<String> backend, Consumer<String> keyContext) {
    this.backend = backend;
    this.keyContext = keyContext;
    this.evidence = store.getState(EVIDENCE);
    this.refreshes = store.getState(REFRESHES);
    this.profile = store.getState(PROFILE);
    this.answers = store.getMapState(ANSWERS);
  }

  UserEvidence evidence(String user) throws IOException {
    keyContext.accept(user);
    UserEvidence value = evidence.value();
    return value == null ? new UserEvidence() : value;
  }

  void putEvidence(String user, UserEvidence value) throws IOException {
    keyContext.accept(user);
    if (value.isEmpty()) {
      evidence.clear();
    } else {
      evidence.update(value);
    }
  }

  WaitingRefreshes refreshes(String user) throws IOException {
    keyContext.accept(user);
    WaitingRefreshes value = refreshes.value();
    return value == null ? new WaitingRefreshes() : value;
  }

  void putRefreshes(String user, WaitingRefreshes value) throws IOException {
    keyContext.accept(user);
    if (value.isEmpty()) {
      refreshes.clear();
    } else {
      refreshes.update(value);
    }
  }

  @Nullable UserProfile profile(String user) throws IOException {
    keyContext.accept(user);
    return profile.value();
  }

  void putProfile(String user, @Nullable UserProfile value) throws IOException {
    keyContext.accept(user);
    if (value == null) {
      profile.clear();
    } else {
      profile.update(value);
    }
  }

  @Nullable LanguageModelAnswer answer(String user, long ordinal) throws Exception {
    keyContext.accept(user);
    return answers.get(ordinal);
  }

  void putAnswer(String user, LanguageModelAnswer answer) throws Exception {
    keyContext.accept(user);
    answers.put(answer.getOrdinal(), answer);
  }

  /** Removes the answers with numbers below this one. */
  void removeAnswersBelow(String user, long ordinal) throws Exception {
    keyContext.accept(user);
    List<Long> used = new ArrayList<>();
    for (Long each : answers.keys()) {
      if (each < ordinal) {
        used.add(each);
      }
    }
    for (Long each : used) {
      answers.remove(each);
    }
  }

  /** Forgets everything about a user. */
  void clear(String user) {
    keyContext.accept(user);
    evidence.clear();
    refreshes.clear();
    profile.clear();
    answers.clear();
  }

  /** All users who have, or once had, refreshes that wait. */
  List<String> allRefreshed() throws Exception {
    List<String> all = new ArrayList<>();
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        REFRESHES,
        (user, state) -> {
          WaitingRefreshes value = state.value();
          if (value.size() > 0 || value.isEncoding()) {
            all.add(user);
          }
        });
    return all;
  }
}
