package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Recommendation;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An upgrade: savepoints of every release are continued as if this code had written them. */
class SavepointHarnessTest {
  static IntStream versions() {
    return IntStream.of(ReleasedSavepoint.VERSIONS);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aReleasesSavepointGoesOnAsOneOfToday(int version) throws Exception {
    List<String> then = goOnFrom(released(version));

    assertThat(then).isEqualTo(goOnFrom(ReleasedSavepoint.now()));
    assertThat(then)
        .as("the pending list, the request that waited, and the lists of new events")
        .hasSize(4);
  }

  private static OperatorSubtaskState released(int version) throws Exception {
    String name = ReleasedSavepoint.name(version);
    URL file =
        Objects.requireNonNull(
            SavepointHarnessTest.class.getResource(name),
            name + " is missing: run ReleasedSavepoint");
    return OperatorSnapshotUtil.readStateHandle(Path.of(file.toURI()).toString());
  }

  /** What is asked and what leaves, for events after the savepoint. */
  private static List<String> goOnFrom(OperatorSubtaskState savepoint) throws Exception {
    FakeRecommender recommender = new FakeRecommender();
    try (UserHarness harness = UserHarness.restore(settings(), recommender, savepoint, 1, 1, 0)) {
      harness.process(view("u", "c", 3));
      harness.process(view("w", "z", 4));
      while (!recommender.open.isEmpty()) {
        recommender.take(0).answer();
        harness.runMails();
      }
      List<String> said = new ArrayList<>();
      for (Recommendation list : harness.lists()) {
        said.add(list.getUserId() + " " + list.getRecommendationId() + " " + list.getItems());
      }
      harness.setProcessingTime(UserHarness.START + 5000);
      assertThat(harness.numProcessingTimeTimers()).isZero();
      return said;
    }
  }
}
