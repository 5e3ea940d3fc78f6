package io.millrace.server.http;

import io.millrace.server.calls.CallRecord;
import io.millrace.server.inference.InferenceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and the way to answer it. */
public interface HttpExchange {
  /** The content type of most answers. */
  String JSON = "application/json";

  /** In capitals. */
  String method();

  /** As it was sent, percent-encoded, without the query. */
  String path();

  /** The header's value, whatever the case of its name. */
  @Nullable String header(String name);

  /** The content, no longer compressed; not to be changed. */
  byte[] body();

  /** Whether nobody waits for the answer any more; callable from any thread. */
  boolean isCancelled();

  /** What is written down about this request; null if nothing is. */
  default @Nullable CallRecord record() {
    return null;
  }

  /**
   * Answers.
   *
   * @param headers further ones
   * @param parts the content, one after the other; not to be changed any more
   */
  void answer(int status, String contentType, Map<String, String> headers, byte[]... parts);

  /**
   * Begins an answer whose parts come one by one, each sent at once and uncompressed; instead of
   * {@link #answer}.
   */
  HttpParts begin(int status, String contentType);

  /** Answers with the status that the failure has, and its message as JSON. */
  void fail(InferenceException failure);
}
