package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.erase;
import static io.millrace.flink.functions.Inputs.profile;
import static io.millrace.flink.functions.Inputs.request;
import static io.millrace.flink.functions.Inputs.second;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import java.time.Duration;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.junit.jupiter.api.Test;

/** A user asks to be forgotten. */
class ErasureHarnessTest {
  private final FakeRecommender server = new FakeRecommender();

  @Test
  void anAnswerInFlightIsDropped() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(view("u", "a", 1));
      FakeRecommender.Asked asked = server.take(0);
      harness.process(erase("u", second(5)));
      assertThat(asked.future()).isCancelled();
      harness.runMails();

      assertThat(harness.lists()).isEmpty();
    }
  }

  @Test
  void theSlotOfADroppedCallIsFree() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(Duration.ZERO, 1, 1, 8), server)) {
      harness.process(view("u", "a", 1));
      server.take(0);
      harness.process(erase("u", second(5)));
      harness.process(view("v", "a", 1));
      server.take(0).answer();
      harness.runMails();

      assertThat(harness.lists()).extracting(Recommendation::getUserId).containsExactly("v");
    }
  }

  @Test
  void nothingOfTheUserRemainsButKeyAndTime() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(profile("u", 1, second(2)));
      harness.process(view("u", "a", 1));
      server.take(0).answer();
      harness.runMails();
      harness.process(request("u", "r", null, 5000, "u:never", second(4)));
      harness.lists();
      harness.process(erase("u", second(5)));

      for (String state : new String[] {"last-list", "profile", "pending", "held"}) {
        assertThat(keys(harness, state)).as(state).isZero();
      }
      assertThat(keys(harness, "history")).isOne();

      harness.process(view("u", "late", 4));
      harness.process(request("u", "r2", null, null, null, second(5)));
      harness.process(profile("u", 2, second(5)));
      assertThat(server.open).isEmpty();

      harness.process(view("u", "b", 6));
      assertThat(server.all.get(1).call().itemIds()).containsExactly("b");
      assertThat(server.all.get(1).call().excludeIds()).containsExactly("b");
      assertThat(server.all.get(1).call().profile()).isNull();
      server.take(0).fail(Reason.UNAVAILABLE);
      harness.runMails();
      assertThat(harness.lists())
          .extracting(Recommendation::getRung)
          .as("the last list is forgotten")
          .containsExactly(Rung.POPULAR);
    }
  }

  @Test
  void whatHappenedAfterwardsIsKeptAndCalledAgainWithoutTheRest() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(view("u", "a", 1));
      harness.process(view("u", "b", 9));
      server.take(1);
      server.take(0);
      harness.process(erase("u", second(5)));
      harness.runMails();
      assertThat(server.open).hasSize(1);
      assertThat(server.open.get(0).call().itemIds()).containsExactly("b");
      assertThat(server.open.get(0).call().excludeIds()).containsExactly("b");
      server.take(0).answer();
      harness.runMails();

      assertThat(harness.lists())
          .extracting(list -> list.getTrigger().getId())
          .containsExactly("u:b");
    }
  }

  @Test
  void theTombstoneIsDroppedAfterItsRetention() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), server)) {
      harness.process(view("u", "a", 1));
      harness.process(erase("u", second(5)));
      harness.runMails();
      harness.setProcessingTime(START + Duration.ofDays(8).toMillis());

      assertThat(keys(harness, "history")).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void anErasureSurvivesARestart() throws Exception {
    UserHarness first = UserHarness.startInRocksDb(settings(), server, 1, 0);
    first.process(view("u", "a", 1));
    first.process(erase("u", second(5)));
    var snapshot = first.snapshot();
    first.crash();

    FakeRecommender after = new FakeRecommender();
    try (UserHarness second = UserHarness.restore(settings(), after, snapshot, 1, 1, 0)) {
      second.process(view("u", "a", 1));
      assertThat(after.all).isEmpty();
    }
  }

  private static long keys(UserHarness harness, String state) {
    AbstractKeyedStateBackend<?> backend =
        (AbstractKeyedStateBackend<?>) harness.getOperator().<Object>getKeyedStateBackend();
    return backend.getKeys(state, VoidNamespace.INSTANCE).count();
  }
}
