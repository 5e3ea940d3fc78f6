package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tiny ranker in process, for moments: what is reported, not how fast it is. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class RankingBenchITCase {
  @TempDir private Path folder;

  private int bench(Path models, String... more) throws IOException {
    Path rows = Files.write(folder.resolve("rows"), List.of("3,4,5", "9,12", "20,7,8,3", "6"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ranking",
                "--bundle=" + models.resolve("recommender/1"),
                "--rows=" + rows,
                "--threads=2",
                "--seconds=0.05",
                "--work=" + folder.resolve("work"),
                "--report=" + folder.resolve("report.json")));
    arguments.addAll(List.of(more));
    return Bench.execute(arguments.toArray(String[]::new));
  }

  @Test
  void whatIsRankedIsComparedWithRetrievalAlone() throws IOException {
    assertThat(bench(TinyModels.ranked(), "--batch=2", "--turns=1", "--candidates=1,16")).isZero();

    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(report.path("batch").asInt()).isEqualTo(2);
    assertThat(report.path("results").findValuesAsText("name"))
        .containsExactly("retrieval", "ranked_1", "ranked_16");
    JsonNode retrieval = report.path("results").path(0);
    JsonNode retrievedOnly = report.path("results").path(1);
    JsonNode ranked = report.path("results").path(2);
    assertThat(retrieval.path("compute_ratio").asDouble()).isEqualTo(1);
    assertThat(retrieval.path("mean_candidates").asDouble()).isZero();
    assertThat(retrievedOnly.path("mean_candidates").asDouble()).isPositive();
    assertThat(ranked.path("mean_candidates").asDouble())
        .isGreaterThan(retrievedOnly.path("mean_candidates").asDouble());
    for (JsonNode each : report.path("results")) {
      assertThat(each.path("rows").asLong()).isPositive();
      assertThat(each.path("core_us_per_row").asDouble()).isPositive();
      assertThat(each.path("rows_per_s").asDouble()).isPositive();
    }
  }

  @Test
  void theBundleThatIsMeasuredStaysAsItIs() throws IOException {
    Path copy = TinyModels.copyRankedTo(folder.resolve("models"));
    Path manifest = copy.resolve("recommender/1/bundle.json");
    String before = Files.readString(manifest);

    assertThat(bench(copy, "--batch=2", "--turns=1", "--candidates=16")).isZero();

    assertThat(Files.readString(manifest)).isEqualTo(before);
  }

  @Test
  void aBundleThatBasesListsOnItsSourcesIsMeasuredWithoutThemToo() throws IOException {
    Path copy = TinyModels.copyRankedTo(folder.resolve("models"));
    Path manifest = copy.resolve("recommender/1/bundle.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
    ObjectNode fusion = json.putObject("fusion").put("candidates", 16);
    fusion
        .putArray("steps")
        .addObject()
        .put("from_events", 0)
        .put("keywords", 0)
        .put("profile", 0)
        .put("base", "popular");
    Files.writeString(manifest, json.toString());

    assertThat(bench(copy, "--batch=2", "--turns=1", "--candidates=1,16")).isZero();
  }

  @Test
  void whatCannotBeMeasuredIsRefused() throws IOException {
    assertThat(bench(TinyModels.folder(), "--batch=2", "--turns=1")).isEqualTo(1);
    assertThat(bench(TinyModels.ranked(), "--batch=2", "--turns=0")).isEqualTo(1);
    assertThat(bench(TinyModels.ranked(), "--batch=5", "--turns=1")).isEqualTo(1);
    assertThat(folder.resolve("report.json")).doesNotExist();
  }
}
