package io.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void aTerminalsProgressIsOverwrittenAndLinesStay() {
    DemoConsole console = new DemoConsole(out, true, () -> now);

    console.progress("1 of 2");
    console.progress("2 of 2");
    console.say("done");
    console.say(List.of("a", "b"));

    assertThat(written()).isEqualTo("\r\u001b[K1 of 2\r\u001b[K2 of 2\r\u001b[Kdone\na\nb\n");
  }

  @Test
  void withoutATerminalProgressIsALineNowAndThen() {
    DemoConsole console = new DemoConsole(out, false, () -> now);

    for (int second = 0; second <= 11; second++) {
      now = Duration.ofSeconds(second).toNanos();
      console.progress("after " + second);
    }

    assertThat(written()).isEqualTo("after 5\nafter 10\n");
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
