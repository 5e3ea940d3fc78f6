package io.millrace.flink.llm;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;

/**
 * Where an endpoint of OpenAI's interface is and how it is asked.
 *
 * @param url its base, without a trailing slash, such as {@code http://127.0.0.1:8000/v1}
 * @param model the model to ask, as the endpoint names it
 * @param key where its key is found
 * @param timeout for one attempt, from sending to the last byte of the answer; longer than zero
 * @param attempts for one question at most, at least 1; repeated are lost connections, 408, 429 and
 *     5xx, never a timeout
 * @param longestPause between two attempts; an endpoint that wants a longer one is not asked again
 * @param maxAnswerBytes larger answers are refused, at least 1
 */
public record EndpointSettings(
    String url,
    String model,
    ApiKeySource key,
    Duration timeout,
    int attempts,
    Duration longestPause,
    int maxAnswerBytes)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks every value and removes the address's trailing slashes.
   *
   * @throws IllegalArgumentException naming the setting, its value and the fix
   */
  public EndpointSettings {
    url = url.strip().replaceAll("/+$", "");
    if (!isHttp(url)) {
      throw new IllegalArgumentException(
          "address '"
              + url
              + "' is no http:// or https:// address without user; write something like"
              + " http://127.0.0.1:8000/v1");
    }
    if (model.isBlank()) {
      throw new IllegalArgumentException("model is empty; name one that the endpoint has");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + "; it must be above zero");
    }
    if (longestPause.isNegative()) {
      throw new IllegalArgumentException("longestPause is " + longestPause + "; use zero or more");
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is " + attempts + "; it must be at least 1");
    }
    if (maxAnswerBytes < 1) {
      throw new IllegalArgumentException(
          "maxAnswerBytes is " + maxAnswerBytes + "; it must be at least 1");
    }
  }

  /** Passwords have no place in an address: it is logged. */
  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
