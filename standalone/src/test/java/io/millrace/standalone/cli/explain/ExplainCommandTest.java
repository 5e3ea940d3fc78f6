package io.millrace.standalone.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.cli.terminal.CommandErrors;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Whatever can be refused is refused before anything is connected to. */
class ExplainCommandTest {
  private final StringWriter err = new StringWriter();

  @Test
  void eitherOneListOrASampleIsExplained() {
    assertMisused("give a RECOMMENDATION_ID, or --sample");
    assertMisused("give a RECOMMENDATION_ID, or --sample", "id", "--sample", "3");
    assertMisused("--sample 0: 1 to 100000", "--sample", "0");
    assertMisused("--json goes with a RECOMMENDATION_ID", "--sample", "3", "--json");
  }

  private void assertMisused(String message, String... options) {
    err.getBuffer().setLength(0);
    String[] arguments = new String[options.length + 1];
    arguments[0] = "explain";
    System.arraycopy(options, 0, arguments, 1, options.length);
    int code =
        Millrace.run(
            new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), arguments);
    assertThat(code).isEqualTo(CommandErrors.MISUSED);
    assertThat(err.toString()).startsWith("millrace: ").contains(message).hasLineCount(1);
  }
}
