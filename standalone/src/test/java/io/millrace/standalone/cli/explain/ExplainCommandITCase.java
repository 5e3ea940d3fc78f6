package io.millrace.standalone.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.topics.RecordPublisher;
import io.millrace.standalone.cli.topics.RegistryForTests;
import io.millrace.standalone.explain.PastInputs;
import io.millrace.standalone.explain.ServerForTests;
import io.millrace.standalone.platform.BrokerForTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real broker; the test stands in for the job and the model server. */
@Timeout(240)
final class ExplainCommandITCase {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final RegistryForTests registry = new RegistryForTests();
  private final ServerForTests server = new ServerForTests();
  private final BrokerForTests broker;

  ExplainCommandITCase(@TempDir Path folder) throws Exception {
    broker = new BrokerForTests(folder);
  }

  @BeforeEach
  void topics() throws Exception {
    broker.create(List.of(Topics.RECOMMENDATIONS.name(), Topics.RECOMMENDATION_INPUTS.name()));
  }

  @AfterEach
  void stop() {
    broker.close();
    server.close();
    registry.close();
  }

  @Test
  void listsAreMadeAgain() {
    for (int i = 0; i < 5; i++) {
      publish(PastInputs.answered("same-" + i));
    }
    publish(PastInputs.answered("same-0"));
    publish(PastInputs.fallen("fallen"));

    assertThat(run("same-1")).as(err::toString).isZero();
    assertThat(out.toString())
        .startsWith("Recommendation same-1 · user 42\n")
        .contains("The same list comes out");
    assertThat(run("same-1", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"verdict\" : \"SAME\"");
    assertThat(run("--sample", "100")).isZero();
    assertThat(out.toString())
        .isEqualTo("6 lists: 6 came out the same, 0 differently, 0 cannot be made again\n");
    assertThat(run("--sample", "2", "--seed", "7")).isZero();
    assertThat(out.toString()).startsWith("2 lists: 2 came out the same");

    RecommendationInput other = PastInputs.answered("other");
    publish(other, Recommendation.newBuilder(PastInputs.list(other)).setItems(List.of()).build());
    RecommendationInput gone = PastInputs.answered("gone");
    ModelAnswer answer = PastInputs.answered("gone").getAnswer();
    gone.setAnswer(ModelAnswer.newBuilder(answer).setModelVersion("2").build());
    publish(gone);

    assertThat(run("gone")).isEqualTo(CommandErrors.FAILED);
    assertThat(out.toString()).contains("says NOT_FOUND: no version '2' loaded; it serves 3");
    assertThat(run("--sample", "100")).isEqualTo(CommandErrors.FAILED);
    assertThat(out.toString())
        .contains("other: 0 items then, 2 now\n")
        .endsWith("8 lists: 6 came out the same, 1 differently, 1 cannot be made again\n");
  }

  @Test
  void whatIsNotKeptIsSaid() {
    RecommendationInput input = PastInputs.answered("listed");
    try (SchemaRegistry schemas = schemas();
        RecordPublisher publisher = new RecordPublisher(client(), schemas)) {
      publisher.publish(Topics.RECOMMENDATIONS, "42", PastInputs.list(input), "id");
    }

    assertThat(run("listed")).isEqualTo(CommandErrors.FAILED);
    assertThat(err.toString())
        .startsWith(
            "millrace: recommendation listed (user 42, RANKED, 2026-11-22T12:00:00Z) has no")
        .contains("recommendation-inputs keeps them for 1 day")
        .hasLineCount(1);
    assertThat(run("never")).isEqualTo(CommandErrors.FAILED);
    assertThat(err.toString()).startsWith("millrace: there is no recommendation never;");
    assertThat(run("--sample", "3")).isEqualTo(CommandErrors.FAILED);
    assertThat(err.toString()).contains("recommendation-inputs is empty");
  }

  private void publish(RecommendationInput input) {
    publish(input, PastInputs.list(input));
  }

  private void publish(RecommendationInput input, Recommendation list) {
    try (SchemaRegistry schemas = schemas();
        RecordPublisher publisher = new RecordPublisher(client(), schemas)) {
      publisher.send(Topics.RECOMMENDATION_INPUTS, input.getUserId(), input);
      publisher.send(Topics.RECOMMENDATIONS, list.getUserId(), list);
      publisher.flush();
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("explain"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--bootstrap-servers", broker.address()));
    all.addAll(List.of("--registry", registry.address(), "--model-server", server.target()));
    return Millrace.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(new String[0]));
  }

  private SchemaRegistry schemas() {
    return new SchemaRegistry(RegistrySettings.at(registry.address()));
  }

  private Map<String, Object> client() {
    return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.address());
  }
}
