package io.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.platform.PlatformException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anUnknownOptionIsOneLineThatNamesItAndTheHelp() {
    assertThat(run("serve", "--colour", "red")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("millrace: Unknown option")
        .contains("'--colour'")
        .contains("see ./millrace serve --help")
        .hasLineCount(1);
  }

  @Test
  void aPortThatIsNoNumberIsMisuse() {
    assertThat(run("serve", "--kafka-port", "many")).isEqualTo(2);

    assertThat(err.toString()).contains("--kafka-port").contains("many").hasLineCount(1);
  }

  @Test
  void publishingNeedsOneThingToPublish() {
    assertThat(run("publish", "--user", "1")).isEqualTo(2);

    assertThat(err.toString()).contains("give one of --item, --statement");
  }

  @Test
  void publishingNeedsAUser() {
    assertThat(run("publish", "--item", "1")).isEqualTo(2);

    assertThat(err.toString()).contains("--user is missing");
  }

  @Test
  void anUnknownTopicIsToldWithTheKnownOnes() {
    assertThat(run("tail", "--topic", "recomendations")).isEqualTo(2);

    assertThat(err.toString()).contains("recomendations").contains("user-profiles");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "publish", "tail", "profile", "rule", "explain", "demo"})
  void everyCommandExplainsItself(String command) {
    assertThat(run(command, "--help")).isZero();

    assertThat(out.toString()).startsWith("Usage: millrace " + command).contains("--help");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void failuresAreOneLineEach() {
    assertThat(CommandErrors.line(new PlatformException("no\n  space"))).isEqualTo("no space");
    assertThat(CommandErrors.line(new TimeoutException("no node")))
        .isEqualTo("Kafka: no node; check the address and that the broker runs");
    assertThat(CommandErrors.line(new IllegalStateException("x")))
        .isEqualTo("unexpected IllegalStateException: x; --verbose shows where");
  }

  private int run(String... arguments) {
    return Millrace.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
