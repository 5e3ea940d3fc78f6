package io.millrace.standalone.cli.terminal;

import picocli.CommandLine.Option;

/** What every command has. */
public final class HelpOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(names = "--verbose", description = "With a failure, also show where it happened.")
  private boolean verbose;
}
