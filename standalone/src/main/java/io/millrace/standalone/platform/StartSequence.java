package io.millrace.standalone.platform;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Starts parts side by side, says when each is ready, and stops whatever was begun in reverse.
 *
 * <p>Stopping may happen at any moment, also while parts are starting: a part is registered before
 * its start begins, and nothing is begun after the stop.
 */
final class StartSequence implements AutoCloseable {
  /** A part that is made at once and becomes usable later. */
  interface Part extends AutoCloseable {
    /** Returns when it can be used, with what to tell people: its address. */
    String start() throws Exception;

    @Override
    void close();
  }

  private final StartProgress progress;
  private final LongSupplier nanoClock;
  private final int total;
  private final Deque<Stoppable> begun = new ArrayDeque<>();
  private int ready;
  private boolean stopped;

  private record Stoppable(String name, AutoCloseable part) {}

  /**
   * A sequence with nothing in it.
   *
   * @param total how many parts will be started, for the count in front of each line
   */
  StartSequence(int total, StartProgress progress, LongSupplier nanoClock) {
    this.total = total;
    this.progress = progress;
    this.nanoClock = nanoClock;
  }

  /**
   * Begins a part on a thread of its own group, whose name is the part's.
   *
   * @param make makes the part; what it returns will be stopped
   */
  <P extends Part> CompletableFuture<P> begin(String name, ThreadGroup group, Supplier<P> make) {
    CompletableFuture<P> done = new CompletableFuture<>();
    Runnable start =
        () -> {
          try {
            long from = nanoClock.getAsLong();
            P part = register(name, make);
            String address = part.start();
            sayReady(name, Duration.ofNanos(nanoClock.getAsLong() - from), address);
            done.complete(part);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        };
    Thread thread = new Thread(group, start, "start " + name);
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  /** Has something stopped later that is started already. */
  synchronized void own(String name, AutoCloseable part) {
    begun.push(new Stoppable(name, part));
  }

  private synchronized <P extends Part> P register(String name, Supplier<P> make) {
    if (stopped) {
      throw new CancellationException("stopped before " + name + " was begun");
    }
    P part = make.get();
    begun.push(new Stoppable(name, part));
    return part;
  }

  private synchronized void sayReady(String name, Duration took, String address) {
    ready++;
    progress.say(
        String.format(
            Locale.ROOT,
            "[%d/%d] %-16s ready in %4.1f s   %s",
            ready,
            total,
            name,
            took.toMillis() / 1000.0,
            address));
  }

  /**
   * Waits for parts.
   *
   * @throws PlatformException why the first of them failed
   */
  static void await(List<CompletableFuture<?>> parts) {
    CompletableFuture<Void> firstFailure = new CompletableFuture<>();
    for (CompletableFuture<?> part : parts) {
      part.whenComplete(
          (value, failure) -> {
            if (failure != null) {
              firstFailure.completeExceptionally(failure);
            }
          });
    }
    try {
      CompletableFuture.anyOf(
              CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)), firstFailure)
          .join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof PlatformException known) {
        throw known;
      }
      throw new PlatformException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Stops everything, newest first; one that fails to stop does not keep the others running. */
  @Override
  public void close() {
    Deque<Stoppable> parts;
    synchronized (this) {
      stopped = true;
      parts = new ArrayDeque<>(begun);
      begun.clear();
    }
    for (Stoppable part : parts) {
      try {
        part.part().close();
      } catch (Exception e) {
        progress.say("stopping the " + part.name() + ": " + e.getMessage());
      }
    }
  }
}
