package io.millrace.flink.functions;

import io.millrace.flink.features.HeldTriggers;
import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.PendingTriggers;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.features.UserHistory;
import io.millrace.flink.features.UserReranking;
import io.millrace.flink.records.AvroRecordSerializer;
import io.millrace.flink.records.HeldTriggersSerializer;
import io.millrace.flink.records.LastListSerializer;
import io.millrace.flink.records.PendingTriggersSerializer;
import io.millrace.flink.records.ProfileVectorSerializer;
import io.millrace.flink.records.UserHistorySerializer;
import io.millrace.flink.records.UserRerankingSerializer;
import io.millrace.schemas.avro.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The keyed state of users. Every access names its user: answers and timers of other users run
 * whenever the operator yields, so the key that was current before means nothing after.
 */
final class UserStates {
  /** Sequence, seen items and tombstone. Absent for a user of whom nothing is known. */
  private static final ValueStateDescriptor<UserHistory> HISTORY =
      new ValueStateDescriptor<>("history", new UserHistorySerializer());

  /** Newest list of a model. Absent until the first; written as lists leave. */
  private static final ValueStateDescriptor<LastList> LAST_LIST =
      new ValueStateDescriptor<>("last-list", new LastListSerializer());

  /** Vector and claims of the profile. Absent unless the history says that there is one. */
  private static final ValueStateDescriptor<ServedProfile> PROFILE =
      new ValueStateDescriptor<>("profile", new ProfileVectorSerializer());

  /**
   * Triggers without a list yet. Written when a snapshot is taken, removed when the last of them
   * has its list; absent otherwise, so that what a restart must call again is found by looking at
   * this state alone.
   */
  private static final ValueStateDescriptor<PendingTriggers> PENDING =
      new ValueStateDescriptor<>("pending", new PendingTriggersSerializer());

  /** Triggers that wait for a time or an event. Absent when none do. */
  private static final ValueStateDescriptor<HeldTriggers> HELD =
      new ValueStateDescriptor<>("held", new HeldTriggersSerializer());

  /** Rules about the user alone, by id. Absent unless the history says that there are some. */
  private static final MapStateDescriptor<String, Rule> RULES =
      new MapStateDescriptor<>(
          "user-rules", StringSerializer.INSTANCE, new AvroRecordSerializer<>(Rule.class));

  /**
   * What a language model found in the user's lists. Absent unless the history says that there is
   * something.
   */
  private static final ValueStateDescriptor<UserReranking> RERANKING =
      new ValueStateDescriptor<>("reranking", new UserRerankingSerializer());

  private final KeyedStateBackend<String> backend;
  private final Consumer<String> keyContext;
  private final ValueState<UserHistory> history;
  private final ValueState<LastList> lastList;
  private final ValueState<ServedProfile> profile;
  private final ValueState<PendingTriggers> pending;
  private final ValueState<HeldTriggers> held;
  private final MapState<String, Rule> rules;
  private final ValueState<UserReranking> reranking;

  /**
   * @param keyContext makes a user the current key
   */
  UserStates(
      KeyedStateStore store, KeyedStateBackend<String> backend, Consumer<String> keyContext) {
    this.backend = backend;
    this.keyContext = keyContext;
    this.history = store.getState(HISTORY);
    this.lastList = store.getState(LAST_LIST);
    this.profile = store.getState(PROFILE);
    this.pending = store.getState(PENDING);
    this.held = store.getState(HELD);
    this.rules = store.getMapState(RULES);
    this.reranking = store.getState(RERANKING);
  }

  @Nullable UserHistory history(String user) throws IOException {
    keyContext.accept(user);
    return history.value();
  }

  void putHistory(String user, UserHistory value) throws IOException {
    keyContext.accept(user);
    if (value.isEmpty()) {
      history.clear();
    } else {
      history.update(value);
    }
  }

  @Nullable LastList lastList(String user) throws IOException {
    keyContext.accept(user);
    return lastList.value();
  }

  void putLastList(String user, @Nullable LastList value) throws IOException {
    keyContext.accept(user);
    if (value == null) {
      lastList.clear();
    } else {
      lastList.update(value);
    }
  }

  @Nullable ServedProfile profile(String user) throws IOException {
    keyContext.accept(user);
    return profile.value();
  }

  void putProfile(String user, @Nullable ServedProfile value) throws IOException {
    keyContext.accept(user);
    if (value == null) {
      profile.clear();
    } else {
      profile.update(value);
    }
  }

  Map<String, Rule> rules(String user) throws IOException {
    keyContext.accept(user);
    Map<String, Rule> all = new HashMap<>();
    try {
      rules.entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    } catch (Exception e) {
      throw new IOException("reading the rules of user " + user, e);
    }
    return all;
  }

  void putRules(String user, Map<String, Rule> all) throws IOException {
    keyContext.accept(user);
    try {
      rules.clear();
      if (!all.isEmpty()) {
        rules.putAll(all);
      }
    } catch (Exception e) {
      throw new IOException("writing the rules of user " + user, e);
    }
  }

  UserReranking reranking(String user) throws IOException {
    keyContext.accept(user);
    UserReranking value = reranking.value();
    return value == null ? UserReranking.NONE : value;
  }

  void putReranking(String user, UserReranking value) throws IOException {
    keyContext.accept(user);
    if (value.equals(UserReranking.NONE)) {
      reranking.clear();
    } else {
      reranking.update(value);
    }
  }

  void putPending(String user, List<PendingTrigger> triggers) throws IOException {
    keyContext.accept(user);
    if (triggers.isEmpty()) {
      pending.clear();
    } else {
      pending.update(new PendingTriggers(triggers));
    }
  }

  HeldTriggers held(String user) throws IOException {
    keyContext.accept(user);
    HeldTriggers value = held.value();
    return value == null ? new HeldTriggers() : value;
  }

  void putHeld(String user, HeldTriggers value) throws IOException {
    keyContext.accept(user);
    if (value.isEmpty()) {
      held.clear();
    } else {
      held.update(value);
    }
  }

  /** All users with triggers that have no list yet. */
  Map<String, List<PendingTrigger>> allPending() throws Exception {
    Map<String, List<PendingTrigger>> all = new LinkedHashMap<>();
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        PENDING,
        (user, state) -> all.put(user, state.value().triggers()));
    return all;
  }

  /** All users with triggers that wait for a time or an event. */
  List<String> allHolding() throws Exception {
    List<String> all = new ArrayList<>();
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        HELD,
        (user, state) -> all.add(user));
    return all;
  }
}
