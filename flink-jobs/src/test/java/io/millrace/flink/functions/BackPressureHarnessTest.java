package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.event;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** More load than capacity: bounded in every direction, and nothing is dropped. */
class BackPressureHarnessTest {
  private final FakeRecommender server = new FakeRecommender();

  @Test
  void readingStopsWhileAllCallsAreUsed() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(Duration.ZERO, 2, 2, 4), server)) {
      harness.process(view("u", "a", 1));
      harness.process(view("v", "a", 1));
      harness.mail(() -> server.take(0).answer());
      harness.process(view("w", "a", 1));

      assertThat(harness.lists()).as("the answer ran before reading went on").hasSize(1);
      assertThat(server.open).hasSize(2);

      server.take(0).answer();
      server.take(0).answer();
      harness.runMails();
      assertThat(harness.lists()).hasSize(2);
    }
  }

  @Test
  void readingStopsWhileOneUserHasTooManyListsOnTheirWay() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(Duration.ZERO, 8, 1, 3), server)) {
      harness.process(view("u", "a", 1));
      harness.process(view("u", "b", 2));
      harness.mail(() -> server.take(0).answer());
      harness.process(view("u", "c", 3));
      assertThat(harness.lists()).hasSize(1);
      assertThat(server.open).hasSize(1);

      while (!server.open.isEmpty()) {
        server.take(0).answer();
        harness.runMails();
      }
      assertThat(harness.lists()).hasSize(2);
    }
  }

  @Test
  void readingStopsBeforeEventsThatCauseNoListPushOutWhatAListIsMadeFrom() throws Exception {
    RecommendSettings settings = viewsOnly(settings(Duration.ZERO, 8, 1, 3));
    try (UserHarness harness = UserHarness.start(settings, server)) {
      harness.process(view("u", "a", 1));
      harness.process(event("u", "e1", "b", InteractionType.SKIP, 2));
      harness.process(event("u", "e2", "c", InteractionType.SKIP, 3));
      harness.mail(() -> server.take(0).answer());
      harness.process(event("u", "e3", "d", InteractionType.SKIP, 4));

      assertThat(harness.lists()).hasSize(1);
    }
  }

  @Test
  void usersWithoutACallTakeTurns() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(Duration.ZERO, 1, 1, 8), server)) {
      harness.process(view("u", "a", 1));
      harness.process(view("u", "b", 2));
      harness.mail(
          () -> {
            server.take(0).answer();
            harness.mail(() -> server.take(0).answer());
          });
      harness.process(view("v", "a", 1));

      assertThat(harness.lists())
          .extracting(list -> list.getTrigger().getId())
          .containsExactly("u:a", "v:a");
      server.take(0).answer();
      harness.runMails();
      assertThat(harness.lists())
          .extracting(list -> list.getTrigger().getId())
          .containsExactly("u:b");
    }
  }

  @Test
  void readingStopsSoonerWhileAnswersComeLate() throws Exception {
    RecommendSettings settings = settings(Duration.ZERO, 8, 1, 4);
    try (UserHarness harness = UserHarness.start(settings, server)) {
      for (int user = 0; user < 8; user++) {
        harness.process(view("u" + user, "a", 1));
      }
      harness.setProcessingTime(START + settings.deadline().toMillis() - 1);
      answerAll(harness);
      assertThat(harness.lists()).as("late, but in time").hasSize(8);

      for (int user = 0; user < 4; user++) {
        harness.process(view("v" + user, "a", 1));
      }
      assertThat(server.open).hasSize(4);
      harness.mail(() -> server.take(0).answer());
      harness.process(view("v4", "a", 1));
      assertThat(harness.lists()).as("the answer ran before reading went on").hasSize(1);
    }
  }

  private void answerAll(UserHarness harness) throws Exception {
    while (!server.open.isEmpty()) {
      server.take(0).answer();
    }
    harness.runMails();
  }

  private static RecommendSettings viewsOnly(RecommendSettings s) {
    return new RecommendSettings(
        s.maxHistory(),
        s.retainedEvents(),
        s.latenessBound(),
        s.seenTypes(),
        s.seenCap(),
        java.util.Set.of(InteractionType.VIEW),
        s.interval(),
        s.backfillAge(),
        s.k(),
        s.deadline(),
        s.maxRequestWait(),
        s.maxInFlight(),
        s.maxInFlightPerUser(),
        s.maxPendingPerUser(),
        s.erasureRetention());
  }
}
