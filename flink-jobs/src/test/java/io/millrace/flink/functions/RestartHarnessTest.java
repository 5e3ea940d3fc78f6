package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.profile;
import static io.millrace.flink.functions.Inputs.request;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.Rung;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Restart, rescale and replay, with state in RocksDB. */
class RestartHarnessTest {
  private final FakeRecommender before = new FakeRecommender();
  private final FakeRecommender after = new FakeRecommender();

  @Test
  void whatWasInFlightIsCalledAgainCutAtItsOwnEventWithTheSameId() throws Exception {
    UserHarness first = UserHarness.startInRocksDb(settings(), before, 1, 0);
    first.process(view("u", "a", 1));
    answer(first, before);
    for (int i = 0; i < 6; i++) {
      first.process(view("u", "i" + i, 2));
    }
    OperatorSubtaskState snapshot = first.snapshot();
    List<String> ids = new ArrayList<>();
    List<List<String>> sequences = new ArrayList<>();
    first.lists();
    answer(first, before);
    for (Recommendation list : first.lists()) {
      ids.add(list.getRecommendationId());
    }
    before.all.forEach(asked -> sequences.add(List.copyOf(asked.call().itemIds())));
    first.crash();

    try (UserHarness second = UserHarness.restore(settings(), after, snapshot, 1, 1, 0)) {
      second.process(view("u", "new", 3));
      answer(second, after);

      List<Recommendation> lists = second.lists();
      assertThat(lists).hasSize(7);
      assertThat(lists.subList(0, 6))
          .extracting(Recommendation::getRecommendationId)
          .containsExactlyElementsOf(ids);
      assertThat(after.all)
          .extracting(asked -> List.copyOf(asked.call().itemIds()))
          .startsWith(sequences.subList(1, 7).toArray(List[]::new));
      assertThat(after.all.get(5).call().excludeIds())
          .as("seen at the trigger, not now")
          .containsExactly("a", "i0", "i1", "i2", "i3", "i4", "i5");

      OperatorSubtaskState quiet = second.snapshot();
      FakeRecommender third = new FakeRecommender();
      try (UserHarness idle = UserHarness.restore(settings(), third, quiet, 1, 1, 0)) {
        assertThat(third.all).as("nothing is pending any more").isEmpty();
        assertThat(idle.numProcessingTimeTimers()).isZero();
      }
    }
  }

  @Test
  void theseTestsRunOnRocksDb() throws Exception {
    try (UserHarness harness = UserHarness.startInRocksDb(settings(), before, 1, 0)) {
      assertThat(harness.getOperator().<String>getKeyedStateBackend().getBackendTypeIdentifier())
          .isEqualTo("rocksdb");
    }
  }

  @Test
  void everythingKnownOfAUserSurvives() throws Exception {
    UserHarness first = UserHarness.startInRocksDb(settings(), before, 1, 0);
    first.process(profile("u", 3, START));
    first.process(view("u", "a", 1));
    answer(first, before);
    first.process(request("u", "r", null, 5000, "u:b", START));
    OperatorSubtaskState snapshot = first.snapshot();
    first.crash();

    try (UserHarness second = UserHarness.restore(settings(), after, snapshot, 1, 1, 0)) {
      assertThat(second.numProcessingTimeTimers()).isOne();
      second.process(view("u", "b", 2));
      assertThat(after.all).hasSize(2);
      after.take(0).fail(Reason.UNAVAILABLE);
      after.take(0).fail(Reason.UNAVAILABLE);
      second.runMails();

      List<Recommendation> lists = second.lists();
      assertThat(lists).extracting(list -> list.getTrigger().getId()).containsExactly("u:b", "r");
      assertThat(lists).extracting(Recommendation::getRung).containsOnly(Rung.LAST_LIST);
      assertThat(lists.get(0).getVersions()).containsEntry("profile", "3");
      second.setProcessingTime(START + 5000);
      assertThat(second.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void twoInstancesBecomeThreeAndNothingIsMissingOrDoubled() throws Exception {
    int users = 60;
    List<UserHarness> two = new ArrayList<>();
    List<OperatorSubtaskState> parts = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      UserHarness harness = UserHarness.startInRocksDb(settings(), before, 2, subtask);
      two.add(harness);
      int inFlight = 0;
      for (int user = 0; user < users && inFlight < 8; user++) {
        if (Sharding.subtaskOf("u" + user, 2) == subtask) {
          harness.process(view("u" + user, "a", 1));
          inFlight++;
        }
      }
      parts.add(harness.snapshot());
    }
    TreeSet<String> expected = new TreeSet<>();
    before.all.forEach(asked -> expected.add(asked.call().id()));
    assertThat(expected).hasSize(16);
    for (UserHarness harness : two) {
      harness.crash();
    }

    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(parts.get(0), parts.get(1));
    List<String> ids = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      FakeRecommender server = new FakeRecommender();
      try (UserHarness harness = UserHarness.restore(settings(), server, all, 2, 3, subtask)) {
        answer(harness, server);
        harness.lists().forEach(list -> ids.add(list.getRecommendationId()));
      }
    }
    assertThat(ids).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aReplayGivesTheSameIds() throws Exception {
    assertThat(replay(before)).isEqualTo(replay(after)).hasSize(5);
  }

  private static List<String> replay(FakeRecommender server) throws Exception {
    try (UserHarness harness = UserHarness.startInRocksDb(settings(), server, 1, 0)) {
      for (int i = 0; i < 5; i++) {
        harness.process(view("u", "i" + i, i % 3));
      }
      answer(harness, server);
      return harness.lists().stream().map(Recommendation::getRecommendationId).toList();
    }
  }

  @Test
  void aSnapshotDoesNotChangeWhatComesOut() throws Exception {
    try (UserHarness harness = UserHarness.start(settings(), before)) {
      harness.process(view("u", "a", 1));
      harness.process(view("u", "b", 2));
      harness.snapshot();
      harness.process(view("u", "c", 3));
      answer(harness, before);

      assertThat(before.all.get(2).call().itemIds()).containsExactly("a", "b", "c");
      assertThat(harness.lists())
          .extracting(list -> list.getTrigger().getId())
          .containsExactly("u:a", "u:b", "u:c");
    }
  }

  private static void answer(UserHarness harness, FakeRecommender server) throws Exception {
    while (!server.open.isEmpty()) {
      server.take(0).answer();
      harness.runMails();
    }
  }
}
