package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FailureLogsTest {
  private final Path folder;

  FailureLogsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void keepsTheLogsOfTheNewestFailureAndPointsAtThem() throws IOException {
    Path from = Files.createDirectories(folder.resolve("run-1").resolve("log"));
    Path to = folder.resolve("last-failure");
    Files.createDirectories(to);
    Files.writeString(to.resolve("older.log"), "");
    Files.writeString(from.resolve("registry.log"), "why");

    String message =
        new FailureLogs(from, to).keep("it ended; log: " + from.resolve("registry.log"));

    assertThat(message).isEqualTo("it ended; log: " + to.resolve("registry.log"));
    assertThat(to.resolve("registry.log")).hasContent("why");
    assertThat(to.resolve("older.log")).doesNotExist();
    assertThat(new FailureLogs(from, to).keep("the broker gave up"))
        .isEqualTo("the broker gave up; logs: " + to);
  }
}
