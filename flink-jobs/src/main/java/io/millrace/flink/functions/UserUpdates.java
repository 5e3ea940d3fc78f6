package io.millrace.flink.functions;

import io.millrace.flink.features.HeldTriggers;
import io.millrace.flink.features.HistoryRules;
import io.millrace.flink.features.PackedIds;
import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.features.TriggerPolicy;
import io.millrace.flink.features.UserHistory;
import io.millrace.flink.features.UserReranking;
import io.millrace.flink.records.UserInput;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.flink.records.UserInput.Erased;
import io.millrace.flink.records.UserInput.Interacted;
import io.millrace.flink.records.UserInput.Profiled;
import io.millrace.flink.records.UserInput.Requested;
import io.millrace.flink.records.UserInput.Reranked;
import io.millrace.flink.records.UserInput.Ruled;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.schemas.avro.RerankedCandidates;
import io.millrace.schemas.avro.Rule;
import io.millrace.schemas.avro.TriggerKind;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.clock.Clock;
import org.jspecify.annotations.Nullable;

/** What each kind of input does to a user, and which lists it causes. */
final class UserUpdates {
  private final RecommendSettings settings;
  private final HistoryRules rules;
  private final TriggerPolicy policy;
  private final ActiveUsers users;
  private final UserStates states;
  private final UserTimers timers;
  private final Calls calls;
  private final Clock clock;
  private final ListMetrics metrics;
  private final LastMileSettings lastMile;

  /** Sets a timer of a user for a processing time, epoch milliseconds. */
  @FunctionalInterface
  interface UserTimers {
    void set(String userId, long at);
  }

  /**
   * @param lastMile how much is kept of what steers lists, and for whom
   */
  UserUpdates(
      RecommendSettings settings,
      HistoryRules rules,
      ActiveUsers users,
      UserStates states,
      UserTimers timers,
      Calls calls,
      Clock clock,
      ListMetrics metrics,
      LastMileSettings lastMile) {
    this.settings = settings;
    this.rules = rules;
    this.policy =
        new TriggerPolicy(
            settings.triggerTypes(),
            settings.interval().toMillis(),
            settings.backfillAge().toMillis());
    this.users = users;
    this.states = states;
    this.timers = timers;
    this.calls = calls;
    this.clock = clock;
    this.metrics = metrics;
    this.lastMile = lastMile;
  }

  /** Takes an input in; gives the user it was about. */
  ActiveUser take(UserInput input) throws IOException {
    ActiveUser user = users.activate(input.userId());
    if (input instanceof Interacted interacted) {
      interact(user, interacted.interaction(), interacted.arrival());
    } else if (input instanceof Requested requested) {
      request(user, requested.request(), requested.arrival());
    } else if (input instanceof Profiled profiled) {
      profile(user, profiled);
    } else if (input instanceof Ruled ruled) {
      rule(user, ruled);
    } else if (input instanceof Reranked reranked) {
      reranked(user, reranked.reranked());
    } else if (input instanceof Erased erased) {
      erase(user, erased.erasure().getRequestedAt().toEpochMilli());
    }
    users.release(user);
    return user;
  }

  private void interact(ActiveUser user, Interaction event, Arrival arrival) throws IOException {
    UserHistory history = user.history();
    if (event.getItemId() == null || event.getType() == InteractionType.PREFERENCE_STATEMENT) {
      if (history.isErased(event.getEventTime().toEpochMilli())) {
        metrics.erased.inc();
      } else {
        causeList(user, event, arrival);
      }
      return;
    }
    switch (history.add(event, rules)) {
      case ERASED -> metrics.erased.inc();
      case LATE -> metrics.late.inc();
      case DUPLICATE -> metrics.duplicates.inc();
      case ADDED -> {
        user.historyChanged();
        causeList(user, event, arrival);
        if (history.isHolding()) {
          releaseAfter(user, event.getEventId());
        }
      }
    }
  }

  private void causeList(ActiveUser user, Interaction event, Arrival arrival) throws IOException {
    if (!policy.triggers(event.getType(), arrival.brokerTimestamp(), arrival.readAtMillis())) {
      if (policy.types().contains(event.getType())) {
        metrics.backfilled.inc();
      }
      return;
    }
    if (event.getItemId() != null) {
      metrics.origins.happened(user.lastList(), event.getItemId());
    }
    PendingTrigger trigger =
        new PendingTrigger(
                TriggerKind.EVENT,
                event.getEventId(),
                event.getEventTime().toEpochMilli(),
                "",
                settings.k(),
                PackedIds.EMPTY,
                arrival.brokerTimestamp(),
                PendingTrigger.NO_ANSWER_TIME,
                0,
                0,
                null,
                0,
                arrival.readAtMillis(),
                arrival.readAtNanos())
            .cutNow(user.history());
    if (!policy.isPaced()) {
      calls.add(user, trigger);
      return;
    }
    HeldTriggers held = states.held(user.userId);
    if (held.isPaced(clock.absoluteTimeMillis())) {
      held.trail(trigger);
    } else {
      calls.add(user, trigger);
      startInterval(user, held);
    }
    states.putHeld(user.userId, held);
  }

  private void startInterval(ActiveUser user, HeldTriggers held) {
    long end = clock.absoluteTimeMillis() + policy.intervalMillis();
    held.pace(end);
    timers.set(user.userId, end);
  }

  private void request(ActiveUser user, RecommendationRequest request, Arrival arrival)
      throws IOException {
    UserHistory history = user.history();
    long asked = request.getRequestTime().toEpochMilli();
    if (history.isErased(asked)) {
      metrics.erased.inc();
      return;
    }
    Integer wishedK = request.getK();
    Integer wishedMillis = request.getDeadlineMillis();
    PendingTrigger trigger =
        new PendingTrigger(
                TriggerKind.REQUEST,
                request.getRequestId(),
                asked,
                request.getSurface(),
                wishedK == null ? settings.k() : wishedK,
                PackedIds.of(request.getExcludeItemIds()),
                arrival.brokerTimestamp(),
                arrival.brokerTimestamp()
                    + (wishedMillis == null ? settings.deadline().toMillis() : wishedMillis),
                0,
                0,
                null,
                0,
                arrival.readAtMillis(),
                arrival.readAtNanos())
            .cutNow(history);
    String after = request.getAfterEventId();
    long now = clock.absoluteTimeMillis();
    long releaseAt = releaseAt(trigger.answerBy(), now);
    if (after == null || history.contains(after) || releaseAt <= now) {
      calls.add(user, trigger);
    } else {
      hold(user, trigger, after, releaseAt);
    }
  }

  /** Leaves time for the call: that of one call, but at least half of the time waits. */
  private long releaseAt(long answerBy, long now) {
    long latest = answerBy - settings.deadline().toMillis();
    long half = now + (answerBy - now) / 2;
    return Math.min(Math.max(latest, half), now + settings.maxRequestWait().toMillis());
  }

  private void hold(ActiveUser user, PendingTrigger trigger, String after, long releaseAt)
      throws IOException {
    HeldTriggers held = states.held(user.userId);
    held.hold(trigger, after, releaseAt);
    timers.set(user.userId, releaseAt);
    release(user, held.releaseBeyond(settings.maxPendingPerUser()));
    keep(user, held);
  }

  private void releaseAfter(ActiveUser user, String eventId) throws IOException {
    HeldTriggers held = states.held(user.userId);
    release(user, held.releaseAfter(eventId));
    keep(user, held);
  }

  private void release(ActiveUser user, List<PendingTrigger> triggers) throws IOException {
    for (PendingTrigger trigger : triggers) {
      calls.add(user, trigger.cutNow(user.history()));
    }
  }

  private void keep(ActiveUser user, HeldTriggers held) throws IOException {
    states.putHeld(user.userId, held);
    if (user.history().isHolding() != held.hasRequests()) {
      user.history().setHolding(held.hasRequests());
      user.historyChanged();
    }
  }

  private void profile(ActiveUser user, Profiled profiled) throws IOException {
    ServedProfile current = user.profile();
    UserProfile profile = profiled.profile();
    if (profile == null) {
      if (current != null) {
        user.setProfile(null);
      }
    } else if (user.history().isErased(profile.getUpdatedAt().toEpochMilli())) {
      metrics.erased.inc();
    } else if (current == null || current.version() < profile.getVersion()) {
      user.setProfile(ServedProfile.of(profile));
    }
  }

  private void rule(ActiveUser user, Ruled ruled) throws IOException {
    Map<String, Rule> rules = new HashMap<>(user.rules());
    Rule current = rules.get(ruled.ruleId());
    Rule rule = ruled.rule();
    if (rule == null) {
      if (rules.remove(ruled.ruleId()) != null) {
        user.setRules(rules);
      }
    } else if (user.history().isErased(rule.getUpdatedAt().toEpochMilli())) {
      metrics.erased.inc();
    } else if (current == null && rules.size() >= lastMile.maxRulesPerUser()) {
      metrics.userRulesRefused.inc();
    } else if (current == null || !rule.getUpdatedAt().isBefore(current.getUpdatedAt())) {
      rules.put(ruled.ruleId(), rule);
      user.setRules(rules);
    }
  }

  private void reranked(ActiveUser user, @Nullable RerankedCandidates reranked) throws IOException {
    if (reranked == null) {
      user.setReranking(UserReranking.NONE);
    } else if (user.history().isErased(reranked.getEventTime().toEpochMilli())) {
      metrics.erased.inc();
    } else if (lastMile.rerank().names(user.userId)) {
      user.setReranking(user.reranking().with(reranked));
    }
  }

  private void erase(ActiveUser user, long time) throws IOException {
    metrics.erasures.inc();
    long keepUntil = clock.absoluteTimeMillis() + settings.erasureRetention().toMillis();
    user.history().erase(time, keepUntil, rules);
    user.historyChanged();
    timers.set(user.userId, keepUntil);
    ServedProfile profile = user.profile();
    if (profile != null && profile.updatedAt() <= time) {
      user.setProfile(null);
    }
    user.setLastList(null);
    user.setReranking(UserReranking.NONE);
    Map<String, Rule> kept = new HashMap<>(user.rules());
    if (kept.values().removeIf(rule -> rule.getUpdatedAt().toEpochMilli() <= time)) {
      user.setRules(kept);
    }
    HeldTriggers held = states.held(user.userId);
    held.erase(time);
    keep(user, held);
    calls.erase(user, time);
  }

  /** Does what the time has come for. */
  ActiveUser tick(String userId) throws IOException {
    ActiveUser user = users.activate(userId);
    long now = clock.absoluteTimeMillis();
    HeldTriggers held = states.held(userId);
    if (!held.isEmpty()) {
      PendingTrigger trailing = held.endPace(now);
      if (trailing != null) {
        calls.add(user, trailing.cutNow(user.history()));
        startInterval(user, held);
      }
      release(user, held.releaseDue(now));
      keep(user, held);
    }
    if (user.history().forgetErasure(now)) {
      user.historyChanged();
    }
    users.release(user);
    return user;
  }

  /** At the end of the input nothing more is waited for. */
  void releaseHeld() throws Exception {
    for (String userId : states.allHolding()) {
      ActiveUser user = users.activate(userId);
      HeldTriggers held = states.held(userId);
      release(user, held.releaseAll());
      keep(user, held);
      users.release(user);
    }
  }
}
