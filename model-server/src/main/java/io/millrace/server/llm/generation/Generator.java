package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.SoftPrompt;
import io.millrace.server.llm.text.TokenBytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Generates and scores on one thread of the lowest priority. Safe for threads. */
public final class Generator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Generator.class);
  private static final long CLOSE_SECONDS = 10;

  private final TokenBytes vocabulary;
  private final int endToken;
  private final GeneratorLimits limits;
  private final LongSupplier clock;
  private final GiveWay giveWay;
  private final TaskQueue queue;
  private final GenerationStatistics statistics = new GenerationStatistics();
  private final Thread thread;

  private Generator(
      Supplier<? extends Decoder> decoder,
      TokenBytes vocabulary,
      int endToken,
      GeneratorLimits limits,
      LongSupplier clock,
      GiveWay giveWay,
      CompletableFuture<Void> loaded) {
    this.vocabulary = vocabulary;
    this.endToken = endToken;
    this.limits = limits;
    this.clock = clock;
    this.giveWay = giveWay;
    this.queue = new TaskQueue(limits.queue());
    this.thread = new Thread(() -> run(decoder, loaded), "language-model");
    this.thread.setDaemon(true);
  }

  /**
   * Loads the decoder and begins.
   *
   * @param decoder loads; called on the thread that will use it
   * @param endToken with which the model ends a text
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException if it cannot be loaded
   */
  public static Generator start(
      Supplier<? extends Decoder> decoder,
      TokenBytes vocabulary,
      int endToken,
      GeneratorLimits limits,
      LongSupplier clock,
      GiveWay giveWay) {
    CompletableFuture<Void> loaded = new CompletableFuture<>();
    Generator generator =
        new Generator(decoder, vocabulary, endToken, limits, clock, giveWay, loaded);
    generator.thread.start();
    try {
      loaded.get();
      return generator;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ModelLoadException failure) {
        throw failure;
      }
      throw new ModelLoadException("the language model does not start: " + e.getCause(), e);
    } catch (InterruptedException e) {
      generator.close();
      Thread.currentThread().interrupt();
      throw new ModelLoadException("the start was interrupted", e);
    }
  }

  private void run(Supplier<? extends Decoder> factory, CompletableFuture<Void> loaded) {
    BackgroundThread.lowerPriority();
    try (Decoder decoder = factory.get()) {
      loaded.complete(null);
      GenerationScheduler scheduler = new GenerationScheduler(decoder, queue, clock, statistics);
      while (!queue.isClosed() && (!scheduler.isIdle() || queue.awaitTask())) {
        step(scheduler);
      }
      scheduler.failAll(stopping());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      if (!loaded.completeExceptionally(e)) {
        LOG.error("the language model has stopped", e);
      }
    } finally {
      queue.close().forEach(task -> task.fail(stopping()));
    }
  }

  private void step(GenerationScheduler scheduler) {
    giveWay.await();
    try {
      scheduler.step();
    } catch (RuntimeException e) {
      LOG.error("what the language model was computing has failed", e);
    }
  }

  private static InferenceException stopping() {
    return new InferenceException(
        InferenceException.Code.UNAVAILABLE, "the server is stopping; ask another one");
  }

  /**
   * Has a text generated.
   *
   * @throws InferenceException if the queue is full, or the server is stopping
   */
  public void generate(GenerationRequest request, GenerationListener listener) {
    long now = clock.getAsLong();
    queue.add(
        new GenerationTask(request, listener, vocabulary, endToken, now + limits.timeoutNanos()),
        now);
  }

  /**
   * Has continuations scored.
   *
   * @param prefix tokens before all of them, at least one
   * @param soft stands before the prefix; null for nothing
   * @param continuations at least one, each of at least one token
   * @throws InferenceException if the queue is full, or the server is stopping
   */
  public void score(
      int[] prefix, @Nullable SoftPrompt soft, List<int[]> continuations, ScoreListener listener) {
    long now = clock.getAsLong();
    queue.add(
        new ScoreTask(prefix, soft, continuations, listener, now + limits.timeoutNanos()), now);
  }

  /** Tokens since the start. */
  public GenerationStatistics statistics() {
    return statistics;
  }

  /** Requests that wait. */
  public int waiting() {
    return queue.size();
  }

  @Override
  public void close() {
    queue.close().forEach(task -> task.fail(stopping()));
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
