package io.millrace.flink.connectors;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the schema registry is and how long it is waited for.
 *
 * @param url base of the registry's common API, without a trailing slash, such as {@code
 *     http://127.0.0.1:8081/apis/ccompat/v7}
 * @param requestTimeout longest wait for one answer
 * @param patience how long an unreachable registry is retried; null: until it answers or the thread
 *     is interrupted
 * @param userInfo {@code user:password} for basic authentication, or null for none
 */
public record RegistrySettings(
    String url, Duration requestTimeout, @Nullable Duration patience, @Nullable String userInfo)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Checks the address and removes its trailing slashes.
   *
   * @throws IllegalArgumentException if it is not an http or https address
   */
  public RegistrySettings {
    url = url.strip().replaceAll("/+$", "");
    String scheme;
    try {
      scheme = URI.create(url).getScheme();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "schema registry address '" + url + "' is not a URL: " + e.getMessage(), e);
    }
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw new IllegalArgumentException(
          "schema registry address '"
              + url
              + "' does not start with http:// or https://; expected something like"
              + " http://127.0.0.1:8081/apis/ccompat/v7");
    }
  }

  /** A registry without authentication, 5 seconds for an answer, retried for 30 seconds. */
  public static RegistrySettings at(String url) {
    return new RegistrySettings(url, REQUEST_TIMEOUT, PATIENCE, null);
  }

  /** The same registry, waited for until it answers: for what must not fail while it is down. */
  public RegistrySettings forever() {
    return new RegistrySettings(url, requestTimeout, null, userInfo);
  }

  /** The same registry, waited for as long as said. */
  public RegistrySettings patientFor(Duration otherPatience) {
    return new RegistrySettings(url, requestTimeout, otherPatience, userInfo);
  }

  /** Leaves out the password. */
  @Override
  public String toString() {
    return url + (userInfo == null ? "" : " (with basic authentication)");
  }
}
