package io.millrace.standalone.cli.terminal;

/** A command cannot go on; the message says why and what to do. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure that is told to the user in this one line. */
  public CommandException(String message) {
    super(message);
  }
}
