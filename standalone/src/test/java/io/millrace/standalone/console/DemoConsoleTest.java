package io.millrace.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoConsoleTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);
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
    return written.toString().replace(System.lineSeparator(), "\n");
  }
}
