package io.millrace.standalone.platform;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Starts parts side by side, says when each is ready, and stops whatever was begun in reverse.
 *
 * <p>Stopping may happen at any moment, also while parts are starting: a part is registered before
 * its start begins, and nothing is begun after the stop. Neither starting nor stopping waits for
 * ever: a part that hangs is named, with where it hangs, and left behind on its daemon thread.
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
  private final Limits limits;
  private final Deque<Stoppable> begun = new ArrayDeque<>();
  private final List<Thread> starting = new CopyOnWriteArrayList<>();
  private int ready;
  private boolean stopped;

  private record Stoppable(String name, AutoCloseable part) {}

  /**
   * How long to wait.
   *
   * @param start for all parts that are awaited together
   * @param stop for each part
   */
  record Limits(Duration start, Duration stop) {}

  /**
   * A sequence with nothing in it.
   *
   * @param total how many parts will be started, for the count in front of each line
   */
  StartSequence(int total, StartProgress progress, LongSupplier nanoClock, Limits limits) {
    this.total = total;
    this.progress = progress;
    this.nanoClock = nanoClock;
    this.limits = limits;
  }

  /**
   * Begins a part on a thread of its own group, whose name is the part's.
   *
   * @param make makes the part; what it returns will be stopped
   */
  <P extends Part> CompletableFuture<P> begin(String name, ThreadGroup group, Supplier<P> make) {
    return aside(
        name,
        group,
        () -> {
          long from = nanoClock.getAsLong();
          P part = register(name, make);
          String address = part.start();
          sayReady(name, Duration.ofNanos(nanoClock.getAsLong() - from), address);
          return part;
        });
  }

  /** Begins work that other parts wait for and that leaves nothing to stop. */
  CompletableFuture<?> begin(String name, Runnable work) {
    return aside(
        name,
        Thread.currentThread().getThreadGroup(),
        () -> {
          work.run();
          return name;
        });
  }

  /**
   * Not on the common pool: what starts here blocks, and on a small machine of JDK 25 that pool has
   * a single thread, which Flink and Kafka need for themselves.
   */
  private <T> CompletableFuture<T> aside(String name, ThreadGroup group, Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Runnable start =
        () -> {
          try {
            done.complete(work.call());
          } catch (Throwable e) {
            done.completeExceptionally(e);
          } finally {
            starting.remove(Thread.currentThread());
          }
        };
    Thread thread = new Thread(group, start, name);
    thread.setDaemon(true);
    starting.add(thread);
    thread.start();
    return done;
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
   * @throws PlatformException why the first of them failed, or which do not come up
   */
  void await(List<CompletableFuture<?>> parts) {
    CompletableFuture<Void> firstFailure = new CompletableFuture<>();
    for (CompletableFuture<?> part : parts) {
      part.whenComplete(
          (value, failure) -> {
            if (failure != null) {
              firstFailure.completeExceptionally(failure);
            }
          });
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(all, firstFailure)
          .get(limits.start().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new PlatformException(
          "not ready after " + limits.start().toSeconds() + " s: " + whatHangs(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException("interrupted while starting", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof PlatformException known) {
        throw known;
      }
      throw new PlatformException(String.valueOf(cause.getMessage()), cause);
    }
  }

  private String whatHangs() {
    return starting.stream()
        .map(thread -> thread.getName() + " waits in " + place(thread))
        .collect(Collectors.joining("; "));
  }

  /** The innermost call of a thread that is not the JDK's own waiting. */
  private static String place(Thread thread) {
    for (StackTraceElement call : thread.getStackTrace()) {
      if (!call.getClassName().startsWith("java.")
          && !call.getClassName().startsWith("jdk.internal.")) {
        return call.toString();
      }
    }
    return "nothing of ours";
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
    parts.forEach(this::stop);
  }

  private void stop(Stoppable stoppable) {
    Runnable close =
        () -> {
          try {
            stoppable.part().close();
          } catch (Exception e) {
            progress.say("stopping the " + stoppable.name() + ": " + e.getMessage());
          }
        };
    Thread thread = new Thread(close, "stop " + stoppable.name());
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(limits.stop().toMillis());
      if (thread.isAlive()) {
        progress.say(
            "stopping the "
                + stoppable.name()
                + ": not done after "
                + limits.stop().toSeconds()
                + " s, it waits in "
                + place(thread));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
