package io.millrace.standalone.cli.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever can be refused is refused before anything is connected to. */
class ProfileCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"show", "refresh", "statement"})
  void everyCommandExplainsItselfAndNeedsAUser(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: millrace profile " + command).contains("--user");

    String[] arguments =
        command.equals("statement") ? new String[] {command, "x"} : new String[] {command};
    assertThat(run(arguments)).isEqualTo(CommandErrors.MISUSED);
    assertOneLine("--user", "see ./millrace profile " + command + " --help");
  }

  @Test
  void theGroupExplainsItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("show", "refresh", "statement");

    assertThat(run()).isEqualTo(CommandErrors.MISUSED);
    assertOneLine("subcommand", "see ./millrace profile --help");
  }

  @Test
  void aUserHasAnIdThatTheSystemTakes() {
    assertMisused("--user is empty", "show", "--user", "");
    assertMisused("--user has 257 characters: at most 256", "show", "--user", "u".repeat(257));
  }

  @Test
  void aWaitIsBounded() {
    assertMisused("--wait -1: 0 to 86400 seconds", "refresh", "--user", "1", "--wait", "-1");
    assertMisused("--wait 86401: 0 to 86400", "statement", "--user", "1", "x", "--wait", "86401");
    assertMisused("soon", "refresh", "--user", "1", "--wait", "soon");
  }

  @Test
  void aStatementHasWordsAndNotTooMany() {
    assertMisused("WORDS", "statement", "--user", "1");
    assertMisused("WORDS are empty", "statement", "--user", "1", " ", "");
    assertMisused(
        "WORDS have 501 characters: at most 500", "statement", "--user", "1", "x".repeat(501));
  }

  @Test
  void aUserWithoutAProfileIsToldHowToGetOne() {
    ProfileHistory history = new ProfileHistory();
    assertThat(ProfileShowCommand.absence("7\n", history))
        .startsWith("user 7\\u000a has no profile; one is written after 5 events")
        .contains("millrace.profile.min-events", "./millrace profile statement");

    history.addAnswer(1, Profiles.answer(1));
    assertThat(ProfileShowCommand.absence("7", history))
        .startsWith("user 7 has no profile yet, though the journal has 1 answer for one");

    history.addProfile(null);
    assertThat(ProfileShowCommand.absence("7", history))
        .startsWith("user 7 has no profile any more: it was erased");
  }

  private void assertMisused(String message, String... options) {
    assertThat(run(options)).isEqualTo(CommandErrors.MISUSED);
    assertOneLine(message);
  }

  private void assertOneLine(String... messages) {
    assertThat(err.toString().strip().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("millrace: ").contains(messages);
  }

  private int run(String... options) {
    err.getBuffer().setLength(0);
    out.getBuffer().setLength(0);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "profile";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Millrace.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
