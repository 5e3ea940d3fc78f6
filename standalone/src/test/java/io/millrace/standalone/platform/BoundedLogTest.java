package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundedLogTest {
  private final Path folder;

  BoundedLogTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void keepsTheNewestLinesInBoundedFilesAndInMemory() throws Exception {
    Path file = folder.resolve("part.log");
    try (BoundedLog log = new BoundedLog(file, 1_000)) {
      for (int i = 0; i < 10_000; i++) {
        log.line("line " + i);
      }

      assertThat(log.lastLines(2)).containsExactly("line 9998", "line 9999");
    }
    assertThat(Files.readString(file)).endsWith("line 9999\n");
    assertThat(Files.size(file)).isLessThan(1_100);
    assertThat(Files.size(folder.resolve("part.log.1"))).isLessThan(1_100);
    assertThat(folder.toFile().list()).hasSize(2);
  }

  @Test
  void endlessLinesAreCutAndBlankOnesAreNotLastWords() {
    try (BoundedLog log = new BoundedLog(folder.resolve("part.log"), 1_000)) {
      log.line("x".repeat(100_000));
      log.line("  ");

      assertThat(log.lastLines(5)).hasSize(1);
      assertThat(log.lastLines(5).get(0)).hasSizeLessThan(5_000);
    }
  }
}
