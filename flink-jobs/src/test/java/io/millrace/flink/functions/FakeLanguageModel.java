package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.llm.LanguageModelFailure;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A language model that answers when the test says so. */
final class FakeLanguageModel implements LanguageModel {
  /** A question, and its future. */
  record Asked(ChatRequest request, CompletableFuture<ChatAnswer> future) {
    void answer(int tokens) {
      future.complete(new ChatAnswer("words", "fake", tokens, 0));
    }

    void fail(Reason reason) {
      future.completeExceptionally(new LanguageModelFailure(reason, "as the test wants"));
    }

    void fail(Reason reason, Duration retryAfter) {
      future.completeExceptionally(
          new LanguageModelFailure(reason, "as the test wants", 0, retryAfter));
    }
  }

  /** Every question, in order. */
  final List<Asked> all = new ArrayList<>();

  /** Those without an answer. */
  final List<Asked> open = new ArrayList<>();

  boolean closed;

  @Override
  public CompletableFuture<ChatAnswer> ask(ChatRequest request) {
    Asked asked = new Asked(request, new CompletableFuture<>());
    all.add(asked);
    open.add(asked);
    return asked.future();
  }

  Asked take() {
    return open.remove(0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
