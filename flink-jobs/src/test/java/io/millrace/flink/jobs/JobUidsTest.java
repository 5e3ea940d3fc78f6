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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A uid that changes loses the operator's state on the next upgrade, so they are written down. */
class JobUidsTest {
  private static StreamGraph graph(String job) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment();
    switch (job) {
      case "profile" -> {
        var settings = TestSettings.ofProfiles();
        ProfileJob.build(env, settings, ProfileEdges.of(settings));
      }
      case "catalogue" -> {
        var settings = TestSettings.ofCatalogue();
        CatalogueJob.build(env, settings, CatalogueEdges.of(settings));
      }
      case "rerank" -> {
        var settings = TestSettings.ofReranking();
        RerankJob.build(env, settings, RerankEdges.of(settings));
      }
      default -> throw new IllegalArgumentException(job);
    }
    return env.getStreamGraph();
  }

  private static List<String> committed(String job) throws IOException {
    try (InputStream in = JobUidsTest.class.getResourceAsStream(job + "-operator-uids.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile", "catalogue", "rerank"})
  void uidsAreThoseWrittenDown(String job) throws IOException {
    assertThat(graph(job).getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .containsExactlyInAnyOrderElementsOf(committed(job));
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile", "catalogue", "rerank"})
  void onlyTheGatewayHasNoParallelism(String job) {
    assertThat(graph(job).getStreamNodes())
        .filteredOn(node -> node.getMaxParallelism() == 1)
        .extracting(StreamNode::getOperatorName)
        .containsExactly("language model gateway");
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile", "catalogue", "rerank"})
  void everythingCanBeShippedToTheCluster(String job) throws IOException {
    for (StreamNode node : graph(job).getStreamNodes()) {
      assertThat(InstantiationUtil.serializeObject(node.getOperatorFactory())).isNotEmpty();
    }
  }
}
