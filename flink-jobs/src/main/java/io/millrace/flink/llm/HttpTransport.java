package io.millrace.flink.llm;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Over HTTP/1.1, which every such endpoint speaks; each exchange in flight has a connection, kept
 * for the next. Redirects are not followed: the key is for one address.
 */
final class HttpTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);

  private final EndpointSettings settings;
  private final HttpClient client;

  /** Connects lazily. */
  HttpTransport(EndpointSettings settings, Executor executor) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(executor)
            .build();
  }

  @Override
  public CompletableFuture<HttpReply> post(String path, byte[] json, @Nullable String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("User-Agent", "millrace")
            .POST(BodyPublishers.ofByteArray(json));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    var exchange =
        client.sendAsync(request.build(), head -> new LimitedBody(settings.maxAnswerBytes()));
    CompletableFuture<HttpReply> reply = new CompletableFuture<>();
    var unused =
        exchange.whenComplete(
            (response, failure) -> {
              if (failure != null) {
                reply.completeExceptionally(failure);
              } else {
                reply.complete(
                    new HttpReply(
                        response.statusCode(),
                        response.headers().firstValue("Retry-After").orElse(null),
                        response.body()));
              }
            });
    var alsoUnused =
        reply.whenComplete(
            (done, failure) -> {
              if (reply.isCancelled()) {
                exchange.cancel(true);
              }
            });
    return reply;
  }

  /** Frees the client's threads at once where the platform can (Java 21), else when idle. */
  @Override
  public void close() {
    if (client instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.debug("closing the HTTP client of {}", settings.url(), e);
      }
    }
  }
}
