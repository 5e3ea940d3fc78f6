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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real servers and the model in process that take short turns. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class TurnsBenchITCase {
  @TempDir private Path folder;

  private int bench(String... arguments) throws IOException {
    Path rows = Files.write(folder.resolve("rows"), List.of("3,4,5", "9,12,20,7"));
    List<String> all =
        new ArrayList<>(
            List.of(
                "turns",
                "--bundle=" + TinyModels.folder().resolve("recommender/1"),
                "--rows=" + rows,
                "--seconds=0.1",
                "--turns=2",
                "--warm-up-turns=1",
                "--report=" + folder.resolve("report.json")));
    all.addAll(List.of(arguments));
    return Bench.execute(all.toArray(String[]::new));
  }

  @Test
  void everybodyHasEveryTurnAndIsComparedWithTheFirst() throws IOException {
    assertThat(
            bench(
                "--in-process=1x2",
                "--server=on=",
                "--server=off=--max-batch=1 --queue-capacity=64",
                "--padded=on",
                "--callers=4",
                "--half-load"))
        .isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    JsonNode contestants = report.path("contestants");
    assertThat(contestants.findValuesAsText("name"))
        .containsExactly(
            "in process, 1 x 2",
            "on, 4 callers",
            "on, 4 callers, half",
            "on, padded, 4 callers",
            "on, padded, 4 callers, half",
            "off, 4 callers",
            "off, 4 callers, half");
    for (JsonNode contestant : contestants) {
      assertThat(contestant.path("turns")).hasSize(2);
      assertThat(contestant.path("per_s").asDouble()).isPositive();
      assertThat(contestant.path("of_first").asDouble()).isPositive();
    }
    assertThat(contestants.path(0).path("of_first").asDouble()).isEqualTo(1);
    assertThat(contestants.path(1).path("graph_core_us_per_request").asDouble()).isPositive();
    assertThat(contestants.path(5).path("mean_batch_rows").asDouble()).isEqualTo(1);
  }

  @Test
  void whatMakesNoSenseIsRefusedByOption() throws IOException {
    assertThat(bench()).isEqualTo(1);
    assertThat(bench("--in-process=2x0")).isEqualTo(1);
    assertThat(bench("--in-process=1x1", "--padded=on")).isEqualTo(1);
    assertThat(bench("--in-process=1x1", "--callers=0")).isEqualTo(1);
    assertThat(bench("--url=there=127.0.0.1:1")).isEqualTo(1);
  }
}
