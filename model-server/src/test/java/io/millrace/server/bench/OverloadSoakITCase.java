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

/** A real server that is offered too much: calls are answered, refused or too late, never lost. */
@Timeout(120)
class OverloadSoakITCase {
  @Test
  void moreThanCapacityIsAnsweredRefusedOrExpiredAndNothingElse(@TempDir Path folder)
      throws IOException {
    Path rows = Files.write(folder.resolve("rows"), List.of("3,4,5", "9,12,20,7"));
    int exit =
        Bench.execute(
            "overload",
            "--bundle=" + TinyModels.folder().resolve("recommender/1"),
            "--rows=" + rows,
            "--warm-up-seconds=0.5",
            "--capacity-seconds=0.5",
            "--seconds=1",
            "--parts=2",
            "--work=" + folder.resolve("work"));
    assertThat(exit).isZero();
  }
}
