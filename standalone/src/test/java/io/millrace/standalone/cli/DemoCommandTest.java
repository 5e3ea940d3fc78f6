package io.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.cli.terminal.CommandErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever can be refused is refused before anything is started. */
class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpExplainsThePacesAndTheirDefault() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--speed", "--rate", "200 events/s", "--report", "--exit", "--events");
  }

  @Test
  void speedAndRateExcludeEachOther() {
    assertMisused("--speed", "--data", "x", "--speed", "2", "--rate", "50");
  }

  @Test
  void aPaceMustBeANumberAboveZero() {
    assertMisused("--speed fast: a number above 0, or max", "--data", "x", "--speed", "fast");
    assertMisused("--speed -1.0: must be a number above 0", "--data", "x", "--speed", "-1");
    assertMisused("--rate 0.0: must be a number above 0", "--data", "x", "--rate", "0");
    assertMisused("--rate", "--data", "x", "--rate", "many");
  }

  @Test
  void countsMustMakeSense() {
    assertMisused("--events 0: at least 1", "--data", "x", "--events", "0");
    assertMisused("--users -1: at least 0", "--data", "x", "--users", "-1");
  }

  @Test
  void retrainingIsRefusedWhereItWouldMeanNothing() {
    assertMisused("--retrain-every 0: at least 1", "--data", "x", "--retrain-every", "0");
    assertMisused(
        "--retrain-every has no meaning with --rehearse",
        "--data",
        "x",
        "--retrain-every",
        "5",
        "--rehearse",
        "1");
    assertMisused(
        "--retrain-every has no meaning with --model-server",
        "--data",
        "x",
        "--retrain-every",
        "5",
        "--model-server",
        "h:1");
    assertMisused("--retrain-every needs --trainer-python", "--data", "x", "--retrain-every", "5");
  }

  @Test
  void itemsAndListsAreForWhoeverWritesProfiles(@TempDir Path folder) {
    String data = folder.toString();
    for (String[] model :
        new String[][] {
          {"--language-model=x"}, {"--llm=http://h:1/v1", "--llm-model=m"},
        }) {
      assertFailed(
          "interactions.tsv does not exist",
          Stream.concat(Stream.of("--data", data, "--item-knowledge", "--rerank"), Stream.of(model))
              .toArray(String[]::new));
    }
    assertMisused("--item-knowledge needs a language model", "--data", data, "--item-knowledge");
    assertMisused(
        "--item-knowledge needs a language model", "--data", data, "--no-llm", "--item-knowledge");
    assertMisused("--rerank needs a language model", "--data", data, "--rerank");
    assertMisused("--rerank needs a language model", "--data", data, "--no-llm", "--rerank");
  }

  @Test
  void anUnknownOptionIsNamed() {
    assertMisused("--evnts", "--data", "x", "--evnts", "5");
  }

  @Test
  void theDataFolderIsRequiredAndItsFilesAreNamed(@TempDir Path folder) {
    assertMisused("--data");
    assertFailed("interactions.tsv does not exist", "--data", folder.toString());
  }

  @Test
  void aReportThatCannotBeWrittenIsRefused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("interactions.tsv"), "");
    assertFailed(
        "there is no folder",
        "--data",
        folder.toString(),
        "--report",
        folder.resolve("missing/r.json").toString());
  }

  private void assertMisused(String message, String... options) {
    assertThat(run(options)).isEqualTo(CommandErrors.MISUSED);
    assertOneLine(message);
  }

  private void assertFailed(String message, String... options) {
    assertThat(run(options)).isEqualTo(CommandErrors.FAILED);
    assertOneLine(message);
  }

  private void assertOneLine(String message) {
    assertThat(err.toString().strip().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("millrace: ").contains(message);
  }

  private int run(String... options) {
    err.getBuffer().setLength(0);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "demo";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Millrace.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
