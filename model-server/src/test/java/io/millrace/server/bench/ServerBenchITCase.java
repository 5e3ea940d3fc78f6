package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.server.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server of its own under a short load over both protocols, beside the model in process. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class ServerBenchITCase {
  @TempDir private Path folder;

  private JsonNode bench(String... more) throws IOException {
    return bench(TinyModels.folder(), more);
  }

  private JsonNode bench(Path models, String... more) throws IOException {
    Path rows = Files.write(folder.resolve("rows"), List.of("3,4,5", "9,12,20,7"));
    Path report = folder.resolve("report.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "server",
                "--bundle=" + models.resolve("recommender/1"),
                "--rows=" + rows,
                "--callers=1,4",
                "--seconds=0.2",
                "--warm-up-seconds=0.2",
                "--report=" + report,
                "--plot=" + folder.resolve("plot.svg")));
    arguments.addAll(List.of(more));
    assertThat(Bench.execute(arguments.toArray(String[]::new))).isZero();
    return new ObjectMapper().readTree(report.toFile());
  }

  @Test
  void bothProtocolsAreMeasuredBesideTheModelInProcess() throws Exception {
    JsonNode report = bench();
    for (String protocol : List.of("grpc", "http")) {
      JsonNode trial = report.path("protocols").path(protocol);
      assertThat(trial.path("closed")).hasSize(2);
      for (JsonNode closed : trial.path("closed")) {
        assertThat(closed.path("answered").asLong()).isPositive();
        assertThat(closed.path("failed_otherwise").asLong()).isZero();
        assertThat(closed.path("mean_batch_rows").asDouble()).isGreaterThanOrEqualTo(1);
      }
      assertThat(trial.path("half_load").path("answered").asLong()).isPositive();
      assertThat(report.path("throughput_ratio").path("recommender").path(protocol).asDouble())
          .isPositive();
    }
    assertThat(report.path("raw").path("best").path("rows_per_s").asDouble()).isPositive();
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(folder.resolve("plot.svg").toFile());
  }

  @Test
  void aModelThatTakesNoHistoriesIsAskedWhatFitsItsMetadata() throws IOException {
    JsonNode report = bench("--model=affine", "--protocol=grpc");
    assertThat(report.path("different_calls").asInt()).isEqualTo(64);
    assertThat(report.has("raw")).isFalse();
    assertThat(report.path("protocols").path("grpc").path("best_per_s").asDouble()).isPositive();
  }

  @Test
  void aRankedBundleIsMeasuredWithoutItsRankerOnRequest() throws IOException {
    JsonNode report =
        bench(
            TinyModels.ranked(),
            "--unranked",
            "--protocol=grpc",
            "--work=" + folder.resolve("work"));
    assertThat(report.path("unranked").asBoolean()).isTrue();
    assertThat(report.path("protocols").path("grpc").path("best_per_s").asDouble()).isPositive();
    JsonNode served =
        new ObjectMapper()
            .readTree(folder.resolve("work/models/recommender/1/bundle.json").toFile());
    assertThat(served.has("ranker")).isFalse();
  }

  @Test
  void anAddressWithoutAServerIsAnErrorThatNamesIt() {
    assertThat(Bench.execute("server", "--url=grpc://127.0.0.1:1", "--rows=none")).isEqualTo(1);
    assertThat(Bench.execute("server", "--url=127.0.0.1:1")).isEqualTo(1);
    assertThat(Bench.execute("server", "--url=grpc://127.0.0.1:1", "--rows=none", "--unranked"))
        .isEqualTo(1);
    assertThat(Bench.execute()).isEqualTo(2);
  }
}
