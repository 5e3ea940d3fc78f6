package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.event;
import static io.millrace.flink.functions.Inputs.profile;
import static io.millrace.flink.functions.Inputs.request;
import static io.millrace.flink.functions.Inputs.second;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.RecommendCall;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.avro.TriggerKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What inputs do, one user at a time, with a server that answers. */
class RecommendOperatorHarnessTest {
  private final FakeRecommender server = new FakeRecommender();
  private UserHarness harness;

  @BeforeEach
  void start() throws Exception {
    harness = UserHarness.start(settings(), server);
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(harness.numProcessingTimeTimers()).isZero();
    assertThat(harness.getTaskMailbox().hasMail()).isFalse();
    assertThat(server.open).isEmpty();
    harness.close();
    assertThat(server.closed).isTrue();
  }

  @Test
  void everyTriggeringEventHasItsListMadeFromTheEventsBeforeIt() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("u", "b", 3));
    answerAll();

    List<Recommendation> lists = harness.lists();
    assertThat(lists).extracting(list -> list.getTrigger().getId()).containsExactly("u:a", "u:b");
    Recommendation last = lists.get(1);
    assertThat(last.getUserId()).isEqualTo("u");
    assertThat(last.getTrigger().getKind()).isEqualTo(TriggerKind.EVENT);
    assertThat(last.getRung()).isEqualTo(Rung.RANKED);
    assertThat(last.getRungReason()).isNull();
    assertThat(last.getLastEventId()).isEqualTo("u:b");
    assertThat(last.getLastEventTime()).isEqualTo(Instant.ofEpochMilli(second(3)));
    assertThat(last.getSequenceLength()).isEqualTo(2);
    assertThat(last.getVersions()).containsOnly(java.util.Map.entry("recommender", "7"));
    assertThat(items(last)).containsExactly("after-b-2-0", "after-b-2-1", "after-b-2-2");
    assertThat(last.getStages().getQueueMicros()).isEqualTo(11);
    assertThat(last.getStages().getComputeMicros()).isEqualTo(22);

    RecommendCall call = server.all.get(1).call();
    assertThat(call.id()).isEqualTo(last.getRecommendationId());
    assertThat(call.itemIds()).containsExactly("a", "b");
    assertThat(call.excludeIds()).containsExactly("a", "b");
    assertThat(call.eventTypes()).containsExactly(1, 1);
    assertThat(call.ageSeconds()).containsExactly(2f, 0f);
    assertThat(call.profile()).isNull();
    assertThat(server.all.get(1).timeout()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aBurstHasAListPerEventEachCutAtItsOwnEvent() throws Exception {
    for (int i = 0; i < 7; i++) {
      harness.process(view("u", "i" + i, 1));
    }
    assertThat(server.open).as("calls of one user in flight").hasSize(4);
    answerAll();

    assertThat(harness.lists())
        .extracting(Recommendation::getSequenceLength)
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(server.all.get(6).call().itemIds())
        .containsExactly("i0", "i1", "i2", "i3", "i4", "i5", "i6");
  }

  @Test
  void listsOfAUserLeaveInOrderWhateverTheOrderOfAnswers() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("v", "x", 1));
    harness.process(view("u", "b", 2));

    server.take(2).answer();
    harness.runMails();
    assertThat(harness.lists()).isEmpty();

    server.take(1).answer();
    harness.runMails();
    assertThat(harness.lists()).extracting(Recommendation::getUserId).containsExactly("v");

    server.take(0).answer();
    harness.runMails();
    assertThat(harness.lists())
        .extracting(list -> list.getTrigger().getId())
        .containsExactly("u:a", "u:b");
  }

  @Test
  void anOutOfOrderEventTakesItsPlaceByEventTime() throws Exception {
    harness.process(view("u", "a", 10));
    harness.process(view("u", "c", 30));
    harness.process(view("u", "b", 20));
    answerAll();

    assertThat(server.all.get(2).call().itemIds()).containsExactly("a", "b", "c");
    assertThat(server.all.get(2).call().ageSeconds()).containsExactly(20f, 10f, 0f);
    assertThat(harness.lists().get(2).getLastEventId()).isEqualTo("u:c");
  }

  @Test
  void aLateEventIsCountedAndChangesNothing() throws Exception {
    harness.process(view("u", "a", 0));
    harness.process(view("u", "old", -Duration.ofDays(7).toSeconds() - 1));
    harness.process(view("u", "b", 1));
    answerAll();

    assertThat(harness.lists()).hasSize(2);
    assertThat(server.all.get(1).call().itemIds()).containsExactly("a", "b");
    assertThat(server.all.get(1).call().excludeIds()).containsExactly("a", "b");
  }

  @Test
  void aDuplicateChangesNothing() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(view("u", "a", 1));
    answerAll();

    assertThat(harness.lists()).hasSize(1);
  }

  @Test
  void aBackfilledEventUpdatesStateAndCausesNoList() throws Exception {
    long published = START - Duration.ofHours(1).toMillis() - 1;
    harness.process(
        new UserInput.Interacted(
            Inputs.interaction("u", "old", "a", InteractionType.VIEW, 1),
            new UserInput.Arrival(published, START, 0)));
    assertThat(server.all).isEmpty();

    harness.process(view("u", "b", 2));
    answerAll();
    assertThat(server.all.get(0).call().itemIds()).containsExactly("a", "b");
    assertThat(harness.lists()).hasSize(1);
  }

  @Test
  void aStatementHasNoItemAndStaysOutOfTheSequence() throws Exception {
    harness.process(event("u", "s", null, InteractionType.PREFERENCE_STATEMENT, 1));
    harness.process(view("u", "a", 2));
    answerAll();

    assertThat(server.all).hasSize(1);
    assertThat(server.all.get(0).call().itemIds()).containsExactly("a");
    assertThat(harness.lists()).hasSize(1);
  }

  @Test
  void aRequestIsAnsweredWithItsOwnKExclusionsAndDeadline() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(request("u", "r", 2, 70, null, START, "x", "y"));
    RecommendCall call = server.all.get(1).call();
    assertThat(call.k()).isEqualTo(2);
    assertThat(call.excludeIds()).containsExactly("a", "x", "y");
    assertThat(server.all.get(1).timeout()).isEqualTo(Duration.ofMillis(70));
    answerAll();

    Recommendation list = harness.lists().get(1);
    assertThat(list.getTrigger().getKind()).isEqualTo(TriggerKind.REQUEST);
    assertThat(list.getTrigger().getId()).isEqualTo("r");
    assertThat(list.getSurface()).isEqualTo("home");
    assertThat(items(list)).hasSize(2);
  }

  @Test
  void aRequestThatComesTooLateIsAnsweredWithoutACall() throws Exception {
    harness.process(request("u", "r", null, 50, null, START - 50));

    assertThat(server.all).isEmpty();
    Recommendation list = harness.lists().get(0);
    assertThat(list.getRung()).isEqualTo(Rung.POPULAR);
    assertThat(list.getRungReason()).isEqualTo("deadline");
    assertThat(list.getStages().getCallMicros()).isNull();
  }

  @Test
  void aRequestAfterAnEventWaitsForIt() throws Exception {
    harness.process(request("u", "r", null, 2000, "u:a", START));
    assertThat(server.all).isEmpty();

    harness.process(view("u", "a", 1));
    answerAll();
    assertThat(harness.lists())
        .extracting(list -> list.getTrigger().getId())
        .containsExactly("u:a", "r");
    assertThat(server.all.get(1).call().itemIds()).containsExactly("a");

    harness.setProcessingTime(START + 2000);
    assertThat(harness.lists()).isEmpty();
  }

  @Test
  void aRequestAfterAnEventThatNeverComesIsAnsweredInTimeWithoutIt() throws Exception {
    harness.process(view("u", "a", 1));
    answerAll();
    harness.lists();
    harness.process(request("u", "r", null, 1000, "u:never", START));

    harness.setProcessingTime(START + 799);
    assertThat(server.open).isEmpty();
    harness.setProcessingTime(START + 800);
    assertThat(server.open).hasSize(1);
    assertThat(server.all.get(1).timeout()).isEqualTo(Duration.ofMillis(200));
    answerAll();
    assertThat(harness.lists()).hasSize(1);
  }

  @Test
  void aRequestAfterAnEventThatIsThereDoesNotWait() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(request("u", "r", null, 1000, "u:a", START));
    answerAll();
    assertThat(harness.lists()).hasSize(2);
  }

  @Test
  void requestsThatWaitBeyondTheBoundAreAnsweredWithoutTheirEvent() throws Exception {
    for (int i = 0; i < 9; i++) {
      harness.process(request("u", "r" + i, null, 5000, "u:never", START));
    }
    assertThat(server.open).hasSize(1);
    answerAll();
    assertThat(harness.lists().get(0).getTrigger().getId()).isEqualTo("r0");

    harness.mail(() -> server.take(0).answer());
    harness.setProcessingTime(START + 4800);
    answerAll();
    assertThat(harness.lists()).hasSize(8);
  }

  @Test
  void theHighestVersionOfAProfileIsUsed() throws Exception {
    harness.process(profile("u", 5, START));
    harness.process(profile("u", 4, START));
    harness.process(view("u", "a", 1));
    answerAll();

    assertThat(server.all.get(0).call().profile()).hasSize(384).containsOnly(1f);
    assertThat(harness.lists().get(0).getVersions()).containsEntry("profile", "5");

    harness.process(new UserInput.Profiled("u", null, Inputs.arrived(START)));
    harness.process(view("u", "b", 2));
    answerAll();
    assertThat(server.all.get(1).call().profile()).isNull();
    harness.lists();
  }

  @Test
  void claimsAreKeywordsOfTheCallAndReasonsOfTheList() throws Exception {
    harness.process(Inputs.claims("u", 1, "Drama", "Fargo (1996)", "musicals"));
    harness.process(view("u", "a", 1));

    RecommendCall call = server.all.get(0).call();
    assertThat(call.keywords().texts()).containsExactly("Drama", "musicals");
    assertThat(call.keywords().weights()).containsExactly(0.75f, -0.5f);
    List<ScoredItem> items =
        List.of(
            new ScoredItem("x", 3, "keywords", 0),
            new ScoredItem("y", 2, "retriever", 0),
            new ScoredItem("z", 1, "profile"));
    server.take(0).future().complete(new RecommendAnswer(items, Rung.RANKED, "7", 0, 0));
    harness.runMails();

    Recommendation list = harness.lists().get(0);
    assertThat(list.getItems())
        .extracting(RecommendedItem::getReason)
        .containsExactly("because you like Drama, after Fargo (1996)", null, null);
    assertThat(list.getItems().get(0).getSource()).isEqualTo("keywords");
    assertThat(list.getVersions()).containsEntry("profile", "1");
  }

  @Test
  void aListOfALaterProfileHasAnotherDigest() throws Exception {
    harness.process(Inputs.claims("u", 1, "Drama", "Fargo (1996)", "musicals"));
    harness.process(view("u", "a", 1));
    harness.process(Inputs.claims("u", 2, "War", "Fargo (1996)", "musicals"));
    harness.process(request("u", "r", null, 5000, null, START));
    answerAll();

    List<Recommendation> lists = harness.lists();
    assertThat(server.all.get(1).call().keywords().texts()).containsExactly("War", "musicals");
    assertThat(lists.get(0).getInputDigest()).isNotEqualTo(lists.get(1).getInputDigest());
  }

  @Test
  void theEndOfTheInputWaitsForEveryList() throws Exception {
    harness.process(view("u", "a", 1));
    harness.process(request("v", "r", null, 5000, "v:never", START));
    harness.mail(
        () -> {
          server.take(0).answer();
          server.take(0).answer();
        });
    harness.endInput();

    assertThat(harness.lists()).hasSize(2);
    harness.setProcessingTime(START + 10_000);
  }

  private void answerAll() throws Exception {
    while (!server.open.isEmpty()) {
      server.take(0).answer();
      harness.runMails();
    }
  }

  private static List<String> items(Recommendation list) {
    return list.getItems().stream().map(RecommendedItem::getItemId).toList();
  }
}
