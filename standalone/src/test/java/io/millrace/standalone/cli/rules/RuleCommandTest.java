package io.millrace.standalone.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever can be refused is refused before anything is connected to. */
class RuleCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"put", "list", "remove", "check"})
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: millrace rule " + command);
  }

  @Test
  void aRuleHasAnIdAndAnAction() {
    assertMisused("give a rule with --id, or --file", "put");
    assertMisused("--id is missing", "put", "--action", "exclude");
    assertMisused("--action is missing; there are exclude, pin, boost", "put", "--id", "r");
    assertMisused("action 'ban' is unknown; there are", "put", "--id", "r", "--action", "ban");
    assertMisused("action 'unknown' is unknown", "put", "--id", "r", "--action", "unknown");
    assertMisused("--id", "remove");
  }

  @Test
  void countsSayTheirActionThemselves() {
    assertMisused("make two rules", "put", "--id", "r", "--at-least", "1", "--at-most", "2");
    assertMisused("--each goes with --at-most", "put", "--id", "r", "--each", "genre");
    assertMisused(
        "--action exclude does not go with --at-most",
        "put",
        "--id",
        "r",
        "--at-most",
        "2",
        "--action",
        "exclude");
    assertMisused(
        "--action at-most does not go with --at-most and --each",
        "check",
        "--id",
        "r",
        "--at-most",
        "2",
        "--each",
        "genre",
        "--action",
        "at-most");
  }

  @Test
  void valuesHaveTheirForm() {
    String[] form = {"put", "--id", "r", "--action", "exclude", "--attribute", "genre"};
    assertMisused("--attribute genre is not NAME=VALUE; write something like", form);
    assertMisused(
        "--valid-until soon is neither like 2026-12-01 nor",
        "put",
        "--id",
        "r",
        "--action",
        "exclude",
        "--valid-until",
        "soon");
    assertMisused("--factor", "put", "--id", "r", "--factor", "much");
  }

  @Test
  void aFileSaysAll() {
    assertMisused("--file goes with no other option", "put", "--file", "x", "--id", "r");
    assertThat(run("put", "--file", "no/such/file")).isEqualTo(CommandErrors.FAILED);
    assertThat(err.toString()).startsWith("millrace: --file no/such/file cannot be read");
  }

  private void assertMisused(String message, String... options) {
    assertThat(run(options)).isEqualTo(CommandErrors.MISUSED);
    assertThat(err.toString().strip().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("millrace: ").contains(message);
  }

  private int run(String... options) {
    err.getBuffer().setLength(0);
    out.getBuffer().setLength(0);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "rule";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Millrace.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
