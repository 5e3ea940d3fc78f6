package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server whose recommender changes under load; the long run is a command of its own. */
@Timeout(120)
class SwapSoakITCase {
  @Test
  void noCallFailsAndNoAnswerIsMixed(@TempDir Path folder) throws IOException {
    Path rows = Files.write(folder.resolve("rows"), List.of("3,4,5", "9,12,20,7"));
    int exit =
        Bench.execute(
            "swap",
            "--bundle=" + TinyModels.folder().resolve("recommender/1"),
            "--rows=" + rows,
            "--swaps=20",
            "--callers=4",
            "--warm-up-calls=50",
            "--work=" + folder.resolve("work"));
    assertThat(exit).isZero();
  }
}
