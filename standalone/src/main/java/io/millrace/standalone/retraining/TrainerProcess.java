package io.millrace.standalone.retraining;

import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The training as a process of its own, at a lower priority: the stream comes first.
 *
 * <p>It ends when its standard input does, however this process ends, and leaves nothing
 * half-written. Ctrl-C on the terminal does not reach it.
 */
public final class TrainerProcess implements AutoCloseable {
  /** Long enough to write a version whole. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  /** Between the end of its output and its own. */
  private static final Duration EXIT_LIMIT = Duration.ofSeconds(5);

  private static final String BESIDE_THE_STREAM = "trap '' INT; exec nice -n 5 \"$0\" \"$@\"";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int WORDS = 5;

  private final Process process;
  private final Thread reader;
  private final Deque<String> lastWords = new ArrayDeque<>();
  private final CountDownLatch firstRound = new CountDownLatch(1);

  /**
   * What to run.
   *
   * @param python interpreter with the packages that training needs
   * @param sources folder with the training's Python package
   * @param everyEvents new events after which a round begins
   */
  public record Plan(Path python, Path sources, int everyEvents) {}

  private TrainerProcess(Process process, Consumer<TrainingRound> listener) {
    this.process = process;
    this.reader = new Thread(() -> read(listener), "millrace-demo-training");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts it on a platform's topic and models.
   *
   * @param listener hears of each round, on a thread of its own
   * @throws PlatformException if Python cannot be run
   */
  public static TrainerProcess start(
      Plan plan, Platform platform, Consumer<TrainingRound> listener) {
    ProcessBuilder builder = new ProcessBuilder(command(plan, platform)).redirectErrorStream(true);
    builder.environment().put("PYTHONPATH", plan.sources().toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("OMP_NUM_THREADS", "1");
    try {
      return new TrainerProcess(builder.start(), listener);
    } catch (IOException e) {
      throw new PlatformException(
          "--trainer-python " + plan.python() + " cannot be run: " + e.getMessage(), e);
    }
  }

  static List<String> command(Plan plan, Platform platform) {
    return List.of(
        "/bin/sh",
        "-c",
        BESIDE_THE_STREAM,
        plan.python().toString(),
        "-m",
        "millrace_training",
        "train",
        "--from-kafka",
        platform.bootstrapServers(),
        "--registry",
        platform.registry().toString(),
        "--models",
        platform.modelRepository().toString(),
        "--every",
        String.valueOf(plan.everyEvents()),
        "--json",
        "--stop-with-parent");
  }

  private void read(Consumer<TrainingRound> listener) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String said = line;
        TrainingRound.parse(line)
            .ifPresentOrElse(
                round -> {
                  listener.accept(round);
                  firstRound.countDown();
                },
                () -> remember(said));
      }
    } catch (IOException e) {
      // Its output ends when it is killed; what was said until then has been heard.
      process.destroy();
    } finally {
      // Its output ends a moment before it does, and who waits asks whether it is alive.
      process
          .onExit()
          .completeOnTimeout(process, EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .join();
      firstRound.countDown();
    }
  }

  /**
   * Returns when its first round is over, by which it has read what the topic held: a replay should
   * not be half over before that.
   *
   * @throws PlatformException if it ended, or takes longer than two minutes
   */
  public void awaitFirstRound() throws InterruptedException {
    if (!firstRound.await(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new PlatformException(
          "the training has not read the past after " + START_LIMIT.toSeconds() + " s");
    }
    checkAlive();
  }

  private void remember(String line) {
    synchronized (lastWords) {
      if (lastWords.size() == WORDS) {
        lastWords.removeFirst();
      }
      lastWords.addLast(line);
    }
  }

  /**
   * It never ends by itself unless it cannot start.
   *
   * @throws PlatformException if it has ended, with what it said last
   */
  public void checkAlive() {
    if (!process.isAlive()) {
      synchronized (lastWords) {
        throw new PlatformException(
            "the training ended by itself; it said: " + String.join(" | ", lastWords));
      }
    }
  }

  /** Ends it in the middle of whatever round, and kills it if it does not end within its limit. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      process.destroy();
    }
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      reader.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
