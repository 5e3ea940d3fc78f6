package io.millrace.server.http;

/** Answers requests. Called on the network's thread, so it never blocks. */
@FunctionalInterface
public interface HttpService {
  /**
   * Has the exchange answered exactly once, on any thread; unless it throws, which is answered as
   * the exception says.
   */
  void serve(HttpExchange exchange);
}
