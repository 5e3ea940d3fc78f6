package io.millrace.standalone.cli.terminal;

/**
 * What sets text apart on a terminal, and nothing elsewhere.
 *
 * @param terminal whether the reader is one
 */
public record TextStyle(boolean terminal) {
  /** Set by the launcher when its output is a terminal. */
  private static final String TERMINAL = "millrace.terminal";

  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String END = "\u001b[0m";

  /** For this process's standard output. */
  public static TextStyle ofOutput() {
    return new TextStyle(Boolean.getBoolean(TERMINAL));
  }

  /** For what is to be seen first. */
  public String bold(String text) {
    return terminal ? BOLD + text + END : text;
  }

  /** For what matters less. */
  public String dim(String text) {
    return terminal ? DIM + text + END : text;
  }
}
