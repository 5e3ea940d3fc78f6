package io.millrace.standalone.cli.profiles;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whether a command waits for the profile that comes of what it publishes. */
public final class ProfileWaitOption {
  private static final int MOST_SECONDS = 86_400;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Wait at most that long for the profile that comes of it, and show it (default:"
              + " ${DEFAULT-VALUE}, do not wait).")
  private int seconds;

  /**
   * How long; zero is not at all.
   *
   * @param spec of the command
   * @throws ParameterException if it is out of range
   */
  Duration limit(CommandSpec spec) {
    if (seconds < 0 || seconds > MOST_SECONDS) {
      throw new ParameterException(
          spec.commandLine(), "--wait " + seconds + ": 0 to " + MOST_SECONDS + " seconds");
    }
    return Duration.ofSeconds(seconds);
  }
}
