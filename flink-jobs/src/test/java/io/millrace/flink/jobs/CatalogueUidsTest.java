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
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** A uid that changes loses the operator's state on the next upgrade, so they are written down. */
class CatalogueUidsTest {
  private static StreamGraph graph() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
    var settings = TestSettings.ofCatalogue();
    CatalogueJob.build(env, settings, CatalogueEdges.of(settings));
    return env.getStreamGraph();
  }

  private static List<String> committed() throws IOException {
    try (InputStream in =
        CatalogueUidsTest.class.getResourceAsStream("catalogue-operator-uids.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  @Test
  void uidsAreThoseWrittenDown() throws IOException {
    assertThat(graph().getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .containsExactlyInAnyOrderElementsOf(committed());
  }

  @Test
  void onlyTheGatewayHasNoParallelism() {
    assertThat(graph().getStreamNodes())
        .filteredOn(node -> node.getMaxParallelism() == 1)
        .extracting(StreamNode::getOperatorName)
        .containsExactly("language model gateway");
  }

  @Test
  void everythingCanBeShippedToTheCluster() throws IOException {
    for (StreamNode node : graph().getStreamNodes()) {
      assertThat(InstantiationUtil.serializeObject(node.getOperatorFactory())).isNotEmpty();
    }
  }
}
