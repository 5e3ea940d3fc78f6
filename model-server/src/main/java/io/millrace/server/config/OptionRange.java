package io.millrace.server.config;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Refuses numbers that an option cannot have. */
final class OptionRange {
  static final int MOST_THREADS = 1_024;
  static final int MOST_WAITING = 1_000_000;
  static final int MOST_PORT = 65_535;

  private OptionRange() {}

  /**
   * Returns if the value is one from {@code least} to {@code most}.
   *
   * @throws ParameterException naming option, value and range
   */
  static void check(CommandSpec spec, String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT, "%s is %d; it goes from %d to %d", option, value, least, most));
    }
  }
}
