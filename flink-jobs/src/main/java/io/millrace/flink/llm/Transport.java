package io.millrace.flink.llm;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Carries JSON to an endpoint and back, once. */
interface Transport extends AutoCloseable {

  /**
   * Sends a body.
   *
   * @param path below the endpoint's base, beginning with a slash
   * @param key to show; null for none
   * @return the answer, whatever its status; an {@link java.io.IOException} if there was none.
   *     Cancelling it ends the exchange
   */
  CompletableFuture<HttpReply> post(String path, byte[] json, @Nullable String key);

  /** Frees connections. */
  @Override
  void close();
}
