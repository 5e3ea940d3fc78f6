package io.millrace.flink.functions;

import io.millrace.flink.features.LastList;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.features.UserHistory;
import io.millrace.flink.features.UserReranking;
import io.millrace.schemas.avro.Rule;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user who is being worked on: whose input is being processed, or who has lists on their way.
 *
 * <p>State is read when first needed and written once, when the last list has left or a snapshot is
 * taken. A burst of events costs one read and one write of the user's state, not one per event.
 */
final class ActiveUser {
  final String userId;

  /** Lists on their way, in the order in which they leave. */
  final Deque<PendingList> line = new ArrayDeque<>();

  /** Lists of {@link #line} that were not called for: its last ones. */
  final Deque<PendingList> waiting = new ArrayDeque<>();

  /** Whether an input or timer of this user is being processed. */
  boolean workedOn;

  /** Whether this user waits for a free call. */
  boolean queued;

  /** Whether keyed state holds triggers of {@link #line}, or of lists that have left since. */
  boolean pendingStored;

  private final UserStates states;
  private @Nullable UserHistory history;
  private boolean historyChanged;
  private @Nullable LastList lastList;
  private boolean lastListChanged;
  private @Nullable Map<String, Rule> rules;
  private @Nullable UserReranking reranking;

  ActiveUser(String userId, UserStates states) {
    this.userId = userId;
    this.states = states;
  }

  UserHistory history() throws IOException {
    UserHistory known = history;
    if (known == null) {
      known = states.history(userId);
      if (known == null) {
        known = new UserHistory();
      }
      history = known;
    }
    return known;
  }

  void historyChanged() {
    historyChanged = true;
  }

  @Nullable LastList lastList() throws IOException {
    if (lastList == null && !lastListChanged) {
      lastList = states.lastList(userId);
    }
    return lastList;
  }

  void setLastList(@Nullable LastList newest) {
    lastList = newest;
    lastListChanged = true;
  }

  @Nullable ServedProfile profile() throws IOException {
    return history().isProfiled() ? states.profile(userId) : null;
  }

  void setProfile(@Nullable ServedProfile newest) throws IOException {
    states.putProfile(userId, newest);
    history().setProfiled(newest != null);
    historyChanged = true;
  }

  /** Rules about this user alone, by id. */
  Map<String, Rule> rules() throws IOException {
    Map<String, Rule> known = rules;
    if (known == null) {
      known = history().isRuled() ? states.rules(userId) : Map.of();
      rules = known;
    }
    return known;
  }

  void setRules(Map<String, Rule> newest) throws IOException {
    states.putRules(userId, newest);
    history().setRuled(!newest.isEmpty());
    historyChanged = true;
    rules = newest;
  }

  /** What a language model found in looking over the user's lists. */
  UserReranking reranking() throws IOException {
    UserReranking known = reranking;
    if (known == null) {
      known = history().isReranked() ? states.reranking(userId) : UserReranking.NONE;
      reranking = known;
    }
    return known;
  }

  void setReranking(UserReranking newest) throws IOException {
    boolean exists = !newest.equals(UserReranking.NONE);
    if (exists || history().isReranked()) {
      states.putReranking(userId, newest);
      historyChanged |= history().isReranked() != exists;
      history().setReranked(exists);
      reranking = newest;
    }
  }

  /** Whether a list waits that may be called for now. */
  boolean canStart(int mostStarted) {
    return !waiting.isEmpty() && line.size() - waiting.size() < mostStarted;
  }

  /**
   * Whether another event may be taken in: both the lists on their way and the events since the
   * first of them are bounded, so that every list still finds its part of the sequence retained.
   */
  boolean hasRoom(int most) throws IOException {
    PendingList first = line.peek();
    return first == null
        || (line.size() < most && history().arrivals() - first.trigger.arrivals() < most);
  }

  /** Writes what changed, and forgets it: a snapshot reads the written objects while we go on. */
  void store() throws IOException {
    if (historyChanged && history != null) {
      states.putHistory(userId, history);
    }
    if (lastListChanged) {
      states.putLastList(userId, lastList);
    }
    history = null;
    historyChanged = false;
    rules = null;
    reranking = null;
    lastList = null;
    lastListChanged = false;
  }

  /** Writes the triggers whose lists have not left, or removes what was written before. */
  void storePending() throws IOException {
    if (line.isEmpty() && !pendingStored) {
      return;
    }
    List<PendingTrigger> triggers = new ArrayList<>(line.size());
    for (PendingList list : line) {
      triggers.add(list.trigger);
    }
    states.putPending(userId, triggers);
    pendingStored = !triggers.isEmpty();
  }
}
