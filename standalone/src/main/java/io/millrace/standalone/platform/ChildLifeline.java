package io.millrace.standalone.platform;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Runs another program's {@code main} in this process for as long as the parent lives.
 *
 * <p>The parent holds the other end of standard input and never writes to it. However the parent
 * ends, {@code kill -9} included, the operating system closes that end, and this process stops too.
 *
 * <p>Usage: {@code ChildLifeline <main class> [arguments]}.
 */
public final class ChildLifeline {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private ChildLifeline() {}

  /**
   * Runs {@code args[0]} with the remaining arguments.
   *
   * @throws ReflectiveOperationException if there is no such main class
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread lifeline = new Thread(ChildLifeline::stopAtEndOfInput, "lifeline");
    lifeline.setDaemon(true);
    lifeline.start();
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(args[0] + " failed", e.getCause());
    }
  }

  private static void stopAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // The parent has nothing to say; only the end counts.
      }
    } catch (IOException e) {
      // A broken pipe is an end as well.
    }
    Thread exit = new Thread(() -> System.exit(0), "exit");
    exit.start();
    try {
      exit.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
