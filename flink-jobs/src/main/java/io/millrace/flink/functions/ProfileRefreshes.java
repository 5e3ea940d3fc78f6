package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.functions.AskedRefresh.Question;
import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.UnreadableAnswerException;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.flink.profiles.evidence.FrozenEvidence;
import io.millrace.flink.profiles.evidence.UserEvidence;
import io.millrace.flink.profiles.evidence.UserEvidence.Outcome;
import io.millrace.flink.profiles.evidence.WaitingRefreshes;
import io.millrace.flink.records.ProfileChange;
import io.millrace.flink.records.ProfileInput;
import io.millrace.flink.records.ProfileInput.Answered;
import io.millrace.flink.records.ProfileInput.Erased;
import io.millrace.flink.records.ProfileInput.Interacted;
import io.millrace.flink.records.ProfileInput.Refreshed;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.flink.util.clock.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each kind of input does to a user's profile.
 *
 * <p>A refresh is decided by the user's own events, frozen, and waits for its answers in a line of
 * the user's; an answer is used only when it comes out of the journal. So whatever was answered is
 * never asked again, and whenever the answers come, and however often the job restarts, the same
 * profiles come out.
 */
final class ProfileRefreshes {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileRefreshes.class);

  /** Refreshes of one user that wait; further evidence goes into the next that is frozen. */
  private static final int MAX_WAITING = 4;

  private final ProfileSettings settings;
  private final ProfileWriter writer;
  private final ProfileStates states;
  private final RefreshQuestions questions;
  private final Surroundings surroundings;
  private final Clock clock;
  private final ProfileMetrics metrics;

  /** What the operator does for a user's refreshes. */
  interface Surroundings {
    /** What the catalogue says of an item; null when it does not know it. */
    @Nullable ItemCard card(String itemId) throws Exception;

    /** Puts a question to the gateway. */
    void offer(LanguageModelCall call);

    /** A new profile needs its vector, and then has to go out. */
    void encode(UserProfile profile);

    /** A profile is gone. */
    void publish(ProfileChange change);

    /** An answer has to go from the journal. */
    void forget(String subject, long ordinal);

    /** Sets a timer of a user for a processing time, epoch milliseconds. */
    void wake(String userId, long at);
  }

  ProfileRefreshes(
      ProfileSettings settings,
      ProfileStates states,
      Surroundings surroundings,
      Clock clock,
      ProfileMetrics metrics) {
    this.settings = settings;
    this.writer = settings.writer();
    this.states = states;
    this.questions = new RefreshQuestions(writer, settings.model(), states);
    this.surroundings = surroundings;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Takes an input in. */
  void take(ProfileInput input) throws Exception {
    if (input instanceof Interacted interacted) {
      interact(interacted.interaction(), interacted.live());
    } else if (input instanceof Refreshed refreshed) {
      refresh(refreshed.userId(), refreshed.refresh().getRequestedAt().toEpochMilli());
    } else if (input instanceof Answered answered) {
      answer(answered.answer());
    } else if (input instanceof Erased erased) {
      erase(erased.userId(), erased.erasure().getRequestedAt().toEpochMilli());
    }
  }

  private void interact(Interaction event, boolean live) throws Exception {
    String user = event.getUserId();
    UserEvidence evidence = states.evidence(user);
    Outcome outcome = evidence.add(evidence(event), live, settings.refresh());
    switch (outcome) {
      case ERASED -> metrics.erased.inc();
      case DUPLICATE -> metrics.duplicates.inc();
      case ADDED -> {
        WaitingRefreshes refreshes = states.refreshes(user);
        if (evidence.isWorthwhile(settings.refresh()) && refreshes.size() < MAX_WAITING) {
          freeze(user, evidence, refreshes);
        } else if (live && Long.bitCount(evidence.live()) == 1 && refreshes.first() != null) {
          // Who is here now moves up: with the first, second, fourth ... event while they wait.
          offer(user, refreshes, 1 + evidence.live());
          states.putRefreshes(user, refreshes);
        }
        states.putEvidence(user, evidence);
      }
    }
  }

  private EvidenceEvent evidence(Interaction event) throws Exception {
    String itemId = event.getItemId();
    String statement = event.getStatement();
    return new EvidenceEvent(
        event.getEventId(),
        itemId,
        itemId == null ? null : surroundings.card(itemId),
        event.getType(),
        event.getValue(),
        event.getEventTime().toEpochMilli(),
        statement == null || statement.length() <= InputRules.MAX_STATEMENT_CHARS
            ? statement
            : statement.substring(0, InputRules.MAX_STATEMENT_CHARS));
  }

  private void refresh(String user, long requestedAt) throws Exception {
    UserEvidence evidence = states.evidence(user);
    if (evidence.isErased(requestedAt)) {
      metrics.erased.inc();
      return;
    }
    WaitingRefreshes refreshes = states.refreshes(user);
    if (evidence.hasEvents() && refreshes.size() < MAX_WAITING) {
      freeze(user, evidence, refreshes);
      states.putEvidence(user, evidence);
    }
  }

  private void freeze(String user, UserEvidence evidence, WaitingRefreshes refreshes)
      throws Exception {
    refreshes.add(evidence.freeze(settings.refresh(), clock.absoluteTimeMillis()));
    if (refreshes.size() == 1) {
      advance(user, refreshes);
    }
    states.putRefreshes(user, refreshes);
  }

  private void answer(LanguageModelAnswer answer) throws Exception {
    String user = answer.getSubject();
    WaitingRefreshes refreshes = states.refreshes(user);
    if (answer.getOrdinal() < refreshes.nextOrdinal()) {
      if (states.evidence(user).remembersErasure()) {
        surroundings.forget(user, answer.getOrdinal());
      }
      return;
    }
    states.putAnswer(user, answer);
    FrozenEvidence first = refreshes.first();
    if (first != null && write(user, refreshes, first)) {
      advance(user, refreshes);
    }
    states.putRefreshes(user, refreshes);
  }

  /** Writes what is answered already, and puts the questions of the first that is not. */
  private void advance(String user, WaitingRefreshes refreshes) throws Exception {
    FrozenEvidence first = refreshes.first();
    while (first != null && write(user, refreshes, first)) {
      metrics.replayed.inc();
      first = refreshes.first();
    }
    if (first != null) {
      offer(user, refreshes, 1);
    }
  }

  /** Whether the first refresh had all its answers; it is done then, readable or not. */
  private boolean write(String user, WaitingRefreshes refreshes, FrozenEvidence first)
      throws Exception {
    AskedRefresh refresh = questions.ofFirst(user, refreshes);
    if (!refresh.open().isEmpty()) {
      return false;
    }
    List<LanguageModelAnswer> answers = refresh.answers();
    try {
      List<ChatAnswer> texts = answers.stream().map(ProfileRefreshes::chatAnswer).toList();
      WrittenProfile written = writer.write(refresh.evidence(), texts);
      UserProfile profile = ProfileRecord.of(user, refresh.evidence(), written, answers);
      states.putProfile(user, profile);
      refreshes.setEncoding(true);
      int tokens = profile.getPromptTokens() + profile.getCompletionTokens();
      metrics.wrote(written, clock.absoluteTimeMillis() - first.frozenAt(), tokens);
      surroundings.encode(profile);
      wakeLater(user, refreshes);
    } catch (UnreadableAnswerException e) {
      metrics.unreadable.inc();
      LOG.warn("a refresh is given up: {}", e.getMessage());
    }
    refreshes.done(answers.size());
    states.removeAnswersBelow(user, refreshes.nextOrdinal());
    return true;
  }

  private static ChatAnswer chatAnswer(LanguageModelAnswer answer) {
    return new ChatAnswer(
        answer.getText(),
        answer.getModel(),
        answer.getPromptTokens(),
        answer.getCompletionTokens());
  }

  private void offer(String user, WaitingRefreshes refreshes, long urgency) throws Exception {
    double gain = Objects.requireNonNull(refreshes.first(), "nothing waits").gain() * urgency;
    for (Question open : questions.ofFirst(user, refreshes).open()) {
      metrics.offered.inc();
      surroundings.offer(
          new LanguageModelCall(
              open.id(), user, open.ordinal(), writer.promptVersion(), gain, open.request()));
    }
    wakeLater(user, refreshes);
  }

  /** One timer for a user, however often there is a reason for it. */
  private void wakeLater(String user, WaitingRefreshes refreshes) {
    long now = clock.absoluteTimeMillis();
    if (refreshes.wakeAt() <= now) {
      refreshes.setWakeAt(now + settings.offerAgain().toMillis());
      surroundings.wake(user, refreshes.wakeAt());
    }
  }

  /** Goes on where a restart, or a question that was lost or failed, left it. */
  void resume(String user) throws Exception {
    WaitingRefreshes refreshes = states.refreshes(user);
    UserProfile profile = states.profile(user);
    if (refreshes.isEncoding() && profile != null) {
      surroundings.encode(profile);
      wakeLater(user, refreshes);
    }
    if (refreshes.first() != null) {
      offer(user, refreshes, 1 + states.evidence(user).live());
    }
    states.putRefreshes(user, refreshes);
  }

  /** Does what the time has come for. */
  void tick(String user) throws Exception {
    UserEvidence evidence = states.evidence(user);
    if (evidence.forgetErasure(clock.absoluteTimeMillis())) {
      if (evidence.isEmpty()) {
        states.clear(user);
        return;
      }
      states.putEvidence(user, evidence);
    }
    if (states.refreshes(user).wakeAt() <= clock.absoluteTimeMillis()) {
      resume(user);
    }
  }

  /**
   * A profile's vector came, or will not come.
   *
   * @param encoded the profile as it is to go out
   */
  void encoded(UserProfile encoded) throws IOException {
    String user = encoded.getUserId();
    UserProfile current = states.profile(user);
    // Not by version: after an erasure they begin anew, and the vector of what is erased may come
    // late.
    if (current == null || !current.getAnswerIds().equals(encoded.getAnswerIds())) {
      return;
    }
    WaitingRefreshes refreshes = states.refreshes(user);
    refreshes.setEncoding(false);
    states.putRefreshes(user, refreshes);
    if (encoded.getVector() == null) {
      metrics.unencoded.inc();
    }
    states.putProfile(user, encoded);
    surroundings.publish(new ProfileChange(user, encoded));
  }

  private void erase(String user, long time) throws Exception {
    long keepUntil = clock.absoluteTimeMillis() + settings.erasureRetention().toMillis();
    UserEvidence evidence = states.evidence(user);
    WaitingRefreshes refreshes = states.refreshes(user);
    for (long ordinal = 1; ordinal < refreshes.nextOrdinal(); ordinal++) {
      surroundings.forget(user, ordinal);
    }
    states.clear(user);
    evidence.erase(time, keepUntil);
    states.putEvidence(user, evidence);
    refreshes.erase(time, RefreshQuestions.MOST);
    if (refreshes.first() != null) {
      offer(user, refreshes, 1);
    }
    states.putRefreshes(user, refreshes);
    surroundings.publish(new ProfileChange(user, null));
    surroundings.wake(user, keepUntil);
  }
}
