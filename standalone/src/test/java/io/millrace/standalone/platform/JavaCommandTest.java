package io.millrace.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JavaCommandTest {
  private final Path folder;

  JavaCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void argumentsGoIntoAFileSoThatTheCommandLineStaysShort() {
    Path file = folder.resolve("part.args");

    List<String> command =
        JavaCommand.write(file, List.of("-cp", "jar:".repeat(10_000), "a b", "say \"x\\y\""));

    assertThat(command).last().isEqualTo("@" + file);
    assertThat(String.join(" ", command)).hasSizeLessThan(500);
    assertThat(file).content().endsWith("\"a b\"\n\"say \\\"x\\\\y\\\"\"\n");
  }
}
