package io.millrace.standalone.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Where a person watches: lines that stay, and one line of progress at the bottom that is
 * overwritten. Thread-safe.
 *
 * <p>Where output is not a terminal, nothing is overwritten: progress is a line now and then.
 */
public final class DemoConsole {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private boolean progressShown;
  private long lastProgress;

  /**
   * A console.
   *
   * @param terminal whether a line can be overwritten
   * @param nanoClock monotonic, for the pauses between lines of progress
   */
  public DemoConsole(PrintWriter out, boolean terminal, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.nanoClock = nanoClock;
    this.lastProgress = nanoClock.getAsLong();
  }

  /** Prints a line that stays. */
  public synchronized void say(String line) {
    clear();
    out.println(line);
    out.flush();
  }

  /** Prints lines that belong together. */
  public synchronized void say(List<String> lines) {
    clear();
    lines.forEach(out::println);
    out.flush();
  }

  /** Replaces the line of progress. */
  public synchronized void progress(String line) {
    if (terminal) {
      out.print(CLEAR_LINE + line);
      out.flush();
      progressShown = true;
    } else if (nanoClock.getAsLong() - lastProgress >= BETWEEN_LINES.toNanos()) {
      lastProgress = nanoClock.getAsLong();
      out.println(line);
      out.flush();
    }
  }

  private void clear() {
    if (progressShown) {
      out.print(CLEAR_LINE);
      progressShown = false;
    }
  }
}
