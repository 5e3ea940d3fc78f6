package io.millrace.standalone.platform;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A child process that is started again whenever it ends by itself, until closed.
 *
 * <p>Pauses between attempts double from half a second to a bound; a run that became ready resets
 * them. The first start is the caller's: if it fails, nothing is started again.
 */
final class SupervisedChild implements AutoCloseable {
  /** Whoever stops all processes at once reaches this one too: only one that goes on restarts. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(16);

  private final ChildSpec spec;
  private final StartProgress progress;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread watcher;
  private @Nullable ChildProcess child;
  private Duration earlierRuns = Duration.ZERO;
  private Duration lastSeen = Duration.ZERO;

  private SupervisedChild(ChildSpec spec, StartProgress progress) {
    this.spec = spec;
    this.progress = progress;
    this.watcher = new Thread(this::watch, spec.name() + " watch");
    watcher.setDaemon(true);
  }

  /** Starts the process; {@link #awaitReady()} tells when it can be used. */
  static SupervisedChild start(ChildSpec spec, StartProgress progress) {
    SupervisedChild supervised = new SupervisedChild(spec, progress);
    supervised.launch();
    return supervised;
  }

  /**
   * Waits until the first run is ready, and watches it from then on.
   *
   * @return the address that it printed
   */
  String awaitReady() throws InterruptedException {
    String address = current().awaitReady();
    watcher.start();
    return address;
  }

  private void watch() {
    try {
      Duration pause = GRACE;
      while (true) {
        current().onExit().join();
        if (stop.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        progress.say(current().describeExit() + "; starting it again");
        if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = restarted() ? GRACE : shorter(pause.multipliedBy(2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean restarted() throws InterruptedException {
    try {
      if (launch()) {
        String address = current().awaitReady();
        progress.say("the " + spec.name() + " is back at " + address);
        return true;
      }
    } catch (PlatformException e) {
      progress.say(String.valueOf(e.getMessage()));
      current().close();
    }
    return false;
  }

  private static Duration shorter(Duration pause) {
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Starts a run unless closed meanwhile. */
  private synchronized boolean launch() {
    if (stop.getCount() == 0) {
      return false;
    }
    if (child != null) {
      child.close();
      earlierRuns = earlierRuns.plus(lastSeen);
      lastSeen = Duration.ZERO;
    }
    child = ChildProcess.start(spec);
    return true;
  }

  private synchronized ChildProcess current() {
    if (child == null) {
      throw new IllegalStateException("not started: " + spec.name());
    }
    return child;
  }

  /** The process that runs now, for tests that kill it. */
  long pid() {
    return current().pid();
  }

  /** Processor time of the current run, plus what earlier runs were last seen at. */
  synchronized Duration processorTime() {
    Duration now = current().processorTime();
    lastSeen = now.compareTo(lastSeen) < 0 ? lastSeen : now;
    return earlierRuns.plus(lastSeen);
  }

  /** Ends the process and the watch. */
  @Override
  public void close() {
    stop.countDown();
    synchronized (this) {
      if (child != null) {
        child.close();
      }
    }
  }
}
