package io.millrace.flink.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.retry.Retry;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Puts JSON to an endpoint and reads what comes back: one question is a few attempts, each with its
 * own timeout. Cancelling what {@link #post} returned ends the attempt and starts no other.
 */
final class JsonEndpoint implements AutoCloseable {
  /** One sends and reads, one minds the timeouts; neither ever waits. */
  private static final int THREADS = 2;

  private final EndpointSettings settings;
  private final Transport transport;
  private final ScheduledExecutorService scheduler;
  private final ApiKey key;
  private final ReplyReader replies;
  private final Retry retry;
  private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  JsonEndpoint(
      EndpointSettings settings,
      Transport transport,
      ScheduledExecutorService scheduler,
      ApiKey key,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.transport = transport;
    this.scheduler = scheduler;
    this.key = key;
    this.replies = new ReplyReader(where(), key::hide, clock);
    this.retry = new RetryPolicy(settings, random).retry(settings.url());
  }

  /** The real one, with threads of its own; closing ends them. */
  static JsonEndpoint connect(EndpointSettings settings) {
    ScheduledThreadPoolExecutor scheduler =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "endpoint " + settings.url());
              thread.setDaemon(true);
              return thread;
            });
    scheduler.setRemoveOnCancelPolicy(true);
    return new JsonEndpoint(
        settings,
        new HttpTransport(settings, scheduler),
        scheduler,
        new ApiKey(settings.key(), System::getenv, System::nanoTime),
        InstantSource.system(),
        new Random());
  }

  /** The endpoint and model, for messages. */
  String where() {
    return settings.url() + " (" + settings.model() + ")";
  }

  /**
   * Asks.
   *
   * @param read makes of an answer what is wanted, or throws a {@link LanguageModelFailure}
   * @return what was read; or a failure, always a {@link LanguageModelFailure}
   */
  <T> CompletableFuture<T> post(String path, byte[] json, Function<JsonNode, T> read) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    open.add(answer);
    var unused = answer.whenComplete((done, failure) -> open.remove(answer));
    if (closed) {
      giveUp(answer);
      return answer;
    }
    var alsoUnused =
        retry
            .executeCompletionStage(scheduler, () -> attempt(path, json, read, answer))
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(expected(failure));
                  }
                });
    return answer;
  }

  private <T> CompletionStage<T> attempt(
      String path, byte[] json, Function<JsonNode, T> read, CompletableFuture<T> answer) {
    if (answer.isDone()) {
      return CompletableFuture.failedFuture(lasting(Reason.UNAVAILABLE, "given up"));
    }
    CompletableFuture<HttpReply> sent;
    try {
      sent = transport.post(path, json, key.get());
    } catch (IOException e) {
      return CompletableFuture.failedFuture(lasting(Reason.REJECTED, "no key: " + words(e)));
    }
    CompletableFuture<T> attempt = new CompletableFuture<>();
    ScheduledFuture<?> timer =
        scheduler.schedule(
            () ->
                attempt.completeExceptionally(
                    lasting(
                        Reason.TIMEOUT,
                        "no answer within " + settings.timeout().toMillis() + " ms")),
            settings.timeout().toMillis(),
            TimeUnit.MILLISECONDS);
    var unused =
        sent.whenComplete(
            (reply, failure) -> {
              try {
                attempt.complete(read.apply(replies.read(received(reply, failure))));
              } catch (LanguageModelFailure e) {
                attempt.completeExceptionally(AttemptFailure.lasting(e));
              } catch (RuntimeException e) {
                attempt.completeExceptionally(e);
              }
            });
    var alsoUnused =
        attempt.whenComplete(
            (value, failure) -> {
              timer.cancel(false);
              sent.cancel(true);
            });
    var noneOfThemUsed = answer.whenComplete((value, failure) -> attempt.cancel(true));
    return attempt;
  }

  /** The reply, if there is one. */
  private HttpReply received(@Nullable HttpReply reply, @Nullable Throwable failure) {
    if (reply != null) {
      return reply;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof AnswerTooLargeException || cause instanceof ProtocolException) {
      throw lasting(Reason.BAD_ANSWER, words(cause));
    }
    throw AttemptFailure.passing(
        new LanguageModelFailure(Reason.UNAVAILABLE, where() + ": " + words(cause)));
  }

  private AttemptFailure lasting(Reason reason, String words) {
    return AttemptFailure.lasting(new LanguageModelFailure(reason, where() + ": " + words));
  }

  private String words(@Nullable Throwable failure) {
    return key.hide(String.valueOf(failure));
  }

  private LanguageModelFailure expected(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof AttemptFailure attempt
        ? attempt.failure()
        : new LanguageModelFailure(Reason.UNAVAILABLE, where() + ": " + words(cause));
  }

  private void giveUp(CompletableFuture<?> answer) {
    answer.completeExceptionally(
        new LanguageModelFailure(Reason.UNAVAILABLE, where() + ": this client is closed"));
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(this::giveUp);
    transport.close();
    scheduler.shutdownNow();
  }
}
