package io.millrace.flink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final Path folder;

  CommandLineTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("job.yaml"), text).toString();
  }

  @Test
  void everyWayOfWritingAnOptionIsRead() {
    assertThat(CommandLine.parse("--a.b", "1", "--c=2", "-Dd=x=y").toMap())
        .containsEntry("a.b", "1")
        .containsEntry("c", "2")
        .containsEntry("d", "x=y");
  }

  @Test
  void aFileMayBeNestedOrFlat() throws IOException {
    String path =
        file(
            """
            millrace:
              kafka:
                bootstrap-servers: k:9092
              model-server.targets: [a:1, b:2]
            parallelism.default: 3
            """);

    assertThat(CommandLine.parse("--config", path).toMap())
        .containsEntry("millrace.kafka.bootstrap-servers", "k:9092")
        .containsEntry("millrace.model-server.targets", "a:1;b:2")
        .containsEntry("parallelism.default", "3");
  }

  @Test
  void whatComesLaterWins() throws IOException {
    String path = file("a: 1\nb: 1\n");

    assertThat(CommandLine.parse("--a", "0", "--config", path, "--b", "2").toMap())
        .containsEntry("a", "1")
        .containsEntry("b", "2");
  }

  @Test
  void anEmptyFileSetsNothing() throws IOException {
    assertThat(CommandLine.parse("--config", file("# nothing\n")).toMap()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "--key", "-Dkey", "-x"})
  void anArgumentThatIsNoOptionIsNamed(String argument) {
    assertThatThrownBy(() -> CommandLine.parse(argument))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("'" + argument + "'");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> CommandLine.parse("--config", "/nowhere/job.yaml"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("/nowhere/job.yaml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [1", "a: 1\na: 2\n", "- a\n- b\n", "just words"})
  void aFileThatIsNotKeysAndValuesIsNamed(String text) throws IOException {
    String path = file(text);

    assertThatThrownBy(() -> CommandLine.parse("--config", path))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("job.yaml");
  }
}
