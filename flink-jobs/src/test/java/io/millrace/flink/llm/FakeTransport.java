package io.millrace.flink.llm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A wire that answers when the test says so. */
final class FakeTransport implements Transport {
  /** What was sent, and its future. */
  record Sent(String path, String body, @Nullable String key, CompletableFuture<HttpReply> reply) {
    void answer(int status, String body) {
      answer(status, body, null);
    }

    void answer(int status, String body, @Nullable String retryAfter) {
      reply.complete(new HttpReply(status, retryAfter, body.getBytes(StandardCharsets.UTF_8)));
    }
  }

  final List<Sent> sent = new ArrayList<>();
  boolean closed;

  @Override
  public CompletableFuture<HttpReply> post(String path, byte[] json, @Nullable String key) {
    Sent next =
        new Sent(path, new String(json, StandardCharsets.UTF_8), key, new CompletableFuture<>());
    sent.add(next);
    return next.reply();
  }

  Sent last() {
    return sent.get(sent.size() - 1);
  }

  @Override
  public void close() {
    closed = true;
  }
}
