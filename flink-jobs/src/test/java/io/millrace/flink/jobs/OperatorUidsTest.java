package io.millrace.flink.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A uid that changes loses the operator's state on the next upgrade, so they are written down. */
class OperatorUidsTest {
  private static StreamGraph graph(String delivery) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
    var settings =
        TestSettings.with(
            "millrace.delivery.recommendations", delivery,
            "millrace.delivery.dead-letters", delivery);
    RecommendationJob.build(env, settings, JobEdges.of(settings));
    return env.getStreamGraph();
  }

  private static List<String> committed() throws IOException {
    try (InputStream in = OperatorUidsTest.class.getResourceAsStream("operator-uids.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
  void uidsAreThoseWrittenDown(String delivery) throws IOException {
    List<String> uids =
        graph(delivery).getStreamNodes().stream()
            .map(StreamNode::getTransformationUID)
            .sorted()
            .toList();

    assertThat(uids).containsExactlyElementsOf(committed());
  }

  @Test
  void stateCanBeSpreadOverTheWrittenDownParallelism() {
    assertThat(graph("AT_LEAST_ONCE").getStreamNodes())
        .filteredOn(node -> node.getOperatorName().equals("recommend"))
        .singleElement()
        .extracting(StreamNode::getMaxParallelism)
        .isEqualTo(720);
  }
}
