package io.millrace.standalone.cli;

import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.platform.Installation;
import io.millrace.standalone.platform.LocalPlatform;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformException;
import io.millrace.standalone.platform.PlatformSettings;
import io.millrace.standalone.platform.WorkFolder;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * The platform for as long as a command needs it: started with progress shown, stopped when the
 * command ends, when a person presses Ctrl-C at whatever moment, and when a part dies.
 */
public final class PlatformSession implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final LocalPlatform platform;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private PlatformSession(LocalPlatform platform) {
    this.platform = platform;
  }

  /**
   * Starts the platform.
   *
   * @param jobOptions options of the job that the command itself sets; the user's own win
   * @param last has the last word on the settings, and may write into the run's folder
   * @param out hears of each part
   * @param err hears why the platform died, if it does; the process then exits with 1
   * @throws PlatformException if a part does not start; all others are stopped again by then
   */
  public static PlatformSession start(
      PlatformOptions options,
      Map<String, String> jobOptions,
      BiFunction<PlatformSettings, WorkFolder, PlatformSettings> last,
      PrintWriter out,
      PrintWriter err) {
    Installation installation = Installation.locate();
    PlatformSettings given = options.settings(installation, jobOptions);
    WorkFolder work =
        given.dataFolder().isPresent()
            ? WorkFolder.kept(given.dataFolder().get())
            : WorkFolder.temporary(given.cache());
    Logging.toFolder(work.folder("log"));
    // Native libraries are unpacked to where temporary files go; this folder is removed at the end.
    System.setProperty("java.io.tmpdir", work.folder("tmp").toString());
    LocalPlatform platform;
    try {
      platform =
          LocalPlatform.ofRecommendations(
              last.apply(given, work),
              installation,
              work,
              line -> say(out, line),
              reason -> exitAside(err, reason));
    } catch (PlatformException e) {
      work.close();
      throw e;
    }
    PlatformSession session = new PlatformSession(platform);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> session.closeWithin(STOP_LIMIT, out, err), "stop"));
    try {
      platform.start();
    } catch (PlatformException e) {
      session.close();
      throw e;
    }
    return session;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** On a thread of its own: the one that noticed may have to end before the platform can stop. */
  private static void exitAside(PrintWriter err, String reason) {
    Thread exit =
        new Thread(
            () -> {
              say(err, "millrace: " + reason);
              System.exit(CommandErrors.FAILED);
            },
            "exit");
    exit.start();
  }

  /** The running platform. */
  public Platform platform() {
    return platform;
  }

  /** Returns when the platform is stopped, by whomever. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  private void closeWithin(Duration limit, PrintWriter out, PrintWriter err) {
    if (stopped.getCount() > 0) {
      say(out, "Stopping ...");
    }
    Thread closing = new Thread(this::close, "close");
    closing.setDaemon(true);
    closing.start();
    try {
      if (!stopped.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        say(err, "millrace: not stopped after " + limit.toSeconds() + " s, leaving now");
        platform.abandon();
        Runtime.getRuntime().halt(CommandErrors.FAILED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops everything that was started, and removes the work folder. More than once is fine. */
  @Override
  public synchronized void close() {
    if (stopped.getCount() > 0) {
      platform.close();
      stopped.countDown();
    }
  }
}
