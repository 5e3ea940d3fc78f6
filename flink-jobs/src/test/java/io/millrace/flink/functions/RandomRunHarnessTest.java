package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many users, answers in any order, snapshots and crashes anywhere: what comes out is what an
 * undisturbed run gives, once repetitions with an id that was seen are dropped.
 */
class RandomRunHarnessTest {
  private static final int EVENTS = 400;
  private static final int USERS = 7;
  private static final RecommendSettings SETTINGS = settings(Duration.ZERO, 5, 3, 8);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aDisturbedRunGivesWhatAnUndisturbedOneDoes(long seed) throws Exception {
    List<UserInput> inputs = inputs(new Random(seed));
    Map<String, List<String>> calm = perUser(undisturbed(inputs));
    Map<String, List<String>> disturbed = perUser(disturbed(inputs, new Random(-seed)));

    assertThat(calm.values().stream().mapToInt(List::size).sum()).isEqualTo(EVENTS);
    assertThat(disturbed).isEqualTo(calm);
  }

  /** Each user in bursts, sometimes out of order; every event triggers. */
  private static List<UserInput> inputs(Random random) {
    List<UserInput> inputs = new ArrayList<>();
    int user = 0;
    for (int i = 0; i < EVENTS; i++) {
      user = random.nextInt(3) == 0 ? random.nextInt(USERS) : user;
      inputs.add(view("u" + user, "i" + i, i - random.nextInt(4)));
    }
    return inputs;
  }

  private static List<Recommendation> undisturbed(List<UserInput> inputs) throws Exception {
    FakeRecommender server = new FakeRecommender();
    try (UserHarness harness = UserHarness.startInRocksDb(SETTINGS, server, 1, 0)) {
      for (UserInput input : inputs) {
        harness.process(input);
        while (!server.open.isEmpty()) {
          server.take(0).answer();
          harness.runMails();
        }
      }
      return harness.lists();
    }
  }

  private static List<Recommendation> disturbed(List<UserInput> inputs, Random random)
      throws Exception {
    List<Recommendation> lists = new ArrayList<>();
    FakeRecommender server = new FakeRecommender();
    UserHarness harness = UserHarness.startInRocksDb(SETTINGS, server, 1, 0);
    OperatorSubtaskState snapshot = harness.snapshot();
    int snapshotAt = 0;
    int crashes = 0;
    int next = 0;
    while (next < inputs.size() || !server.open.isEmpty()) {
      int dice = random.nextInt(100);
      if (dice < 3) {
        snapshot = harness.snapshot();
        snapshotAt = next;
      } else if (dice < 4 && crashes < 20) {
        crashes++;
        lists.addAll(harness.lists());
        harness.crash();
        server = new FakeRecommender();
        harness = UserHarness.restore(SETTINGS, server, snapshot, 1, 1, 0);
        next = snapshotAt;
      } else if (dice < 55 && next < inputs.size()) {
        answerOneWhenItYields(harness, server, random);
        harness.process(inputs.get(next++));
        harness.runMails();
      } else if (!server.open.isEmpty()) {
        server.takeAny(random).answer();
        harness.runMails();
      }
    }
    assertThat(crashes).isPositive();
    lists.addAll(harness.lists());
    harness.close();
    return lists;
  }

  /** Answers go on until there is room, as a server's do. */
  private static void answerOneWhenItYields(
      UserHarness harness, FakeRecommender server, Random random) {
    harness.mail(
        () -> {
          if (!server.open.isEmpty() && harness.isYielding()) {
            server.takeAny(random).answer();
            answerOneWhenItYields(harness, server, random);
          }
        });
  }

  /** For each user, in order, the first list with each id: its id and what it was made from. */
  private static Map<String, List<String>> perUser(List<Recommendation> lists) {
    Map<String, LinkedHashMap<String, String>> firsts = new HashMap<>();
    for (Recommendation list : lists) {
      firsts
          .computeIfAbsent(list.getUserId(), user -> new LinkedHashMap<>())
          .putIfAbsent(
              list.getRecommendationId(),
              list.getTrigger().getId()
                  + " "
                  + list.getInputDigest()
                  + " "
                  + list.getItems().get(0).getItemId());
    }
    Map<String, List<String>> perUser = new HashMap<>();
    firsts.forEach((user, byId) -> perUser.put(user, List.copyOf(byId.values())));
    return perUser;
  }
}
