package io.millrace.standalone.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;

/**
 * One run of a part in a process of its own: its output goes to a bounded log, its standard input
 * is the lifeline whose end tells it to stop.
 */
final class ChildProcess implements AutoCloseable {
  private static final long LOG_BOUND = 8L << 20;
  private static final int SHOWN_LINES = 5;

  private final ChildSpec spec;
  private final Process process;
  private final BoundedLog log;
  private final Thread reader;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private ChildProcess(ChildSpec spec, Process process, BoundedLog log) {
    this.spec = spec;
    this.process = process;
    this.log = log;
    this.reader = new Thread(this::read, spec.name() + " output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts it, without waiting until it is ready.
   *
   * @throws PlatformException if the program cannot be run
   */
  static ChildProcess start(ChildSpec spec) {
    BoundedLog log = new BoundedLog(spec.log(), LOG_BOUND);
    try {
      ProcessBuilder builder = new ProcessBuilder(spec.command()).redirectErrorStream(true);
      builder.environment().putAll(spec.environment());
      return new ChildProcess(spec, builder.start(), log);
    } catch (IOException e) {
      log.close();
      throw new PlatformException(
          "cannot start the " + spec.name() + ": " + FileProblem.reason(e), e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.line(line);
        if (!ready.isDone()) {
          Matcher matcher = spec.readyLine().matcher(line);
          if (matcher.find()) {
            ready.complete(matcher.group(1));
          }
        }
      }
    } catch (IOException e) {
      log.line("(output ended: " + FileProblem.reason(e) + ")");
    }
    process.onExit().thenRun(() -> ready.completeExceptionally(new EndedException()));
  }

  /** The process ended before it was ready. */
  private static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Waits until it is ready.
   *
   * @return the address that it printed
   * @throws PlatformException if it ends or takes too long, with its last lines
   */
  String awaitReady() throws InterruptedException {
    try {
      return ready.get(spec.startLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new PlatformException(describeExit());
    } catch (TimeoutException e) {
      throw new PlatformException(
          "the "
              + spec.name()
              + " was not ready after "
              + spec.startLimit().toSeconds()
              + " s"
              + lastWords(),
          e);
    }
  }

  /** Completes with the exit code when the process has ended and its output is read. */
  CompletableFuture<Integer> onExit() {
    return process
        .onExit()
        .thenApply(
            ended -> {
              try {
                reader.join(TimeUnit.SECONDS.toMillis(1));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return ended.exitValue();
            });
  }

  /** Which part ended how, its last lines, and where the rest is. */
  String describeExit() {
    String code = process.isAlive() ? "" : " (exit code " + process.exitValue() + ")";
    return "the " + spec.name() + " ended by itself" + code + lastWords();
  }

  private String lastWords() {
    List<String> lines = log.lastLines(SHOWN_LINES);
    String said = lines.isEmpty() ? "" : "; it said: " + String.join(" | ", lines);
    return said + "; log: " + log.file();
  }

  /** The operating system's number of the process. */
  long pid() {
    return process.pid();
  }

  /** Processor time used so far; zero once it has ended or where the system does not tell. */
  Duration processorTime() {
    Optional<Duration> used = process.toHandle().info().totalCpuDuration();
    return used.orElse(Duration.ZERO);
  }

  /** Asks it to end, and kills it if it does not within its limit. Never throws. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      log.line("(closing its input: " + FileProblem.reason(e) + ")");
    }
    try {
      if (!process.waitFor(spec.stopLimit().toMillis(), TimeUnit.MILLISECONDS)) {
        log.line("(killed: it had not ended " + spec.stopLimit().toSeconds() + " s after asked)");
        process.destroyForcibly().waitFor();
      }
      reader.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    log.close();
  }
}
