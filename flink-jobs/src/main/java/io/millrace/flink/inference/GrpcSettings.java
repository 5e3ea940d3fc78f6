package io.millrace.flink.inference;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the model servers are and how they are called.
 *
 * @param targets addresses as {@code host:port}; at least one
 * @param model name of the model that makes lists
 * @param connection how to connect
 * @param requests what shares a request and how many there are
 * @param breaker when a server is left alone
 */
public record GrpcSettings(
    List<String> targets, String model, Connection connection, Requests requests, Breaker breaker)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * How to connect.
   *
   * @param keepAlive silence on a connection with calls in flight after which it is probed
   * @param maxAnswerBytes larger answers are refused
   * @param tls how to encrypt; null to not encrypt
   * @param tokenFile file whose text is sent as bearer token; null for none
   */
  public record Connection(
      Duration keepAlive, int maxAnswerBytes, @Nullable Tls tls, @Nullable String tokenFile)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Encryption. The files are in PEM, and are read again when they change.
   *
   * @param authorities certificates of whom to trust; null for those of the JVM
   * @param certificate our own, for servers that ask for one; null for none
   * @param key the private key of {@code certificate}; null exactly when that is
   */
  public record Tls(
      @Nullable String authorities, @Nullable String certificate, @Nullable String key)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * Checks that a certificate comes with its key.
     *
     * @throws IllegalArgumentException if only one of them is given
     */
    public Tls {
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException("a certificate and its key are given together");
      }
    }
  }

  /**
   * What shares a request and how many there are.
   *
   * @param maxPerServer on their way to each server, at least 1; calls beyond them wait and share
   *     the next
   * @param maxLists calls that may share a request, at least 1
   * @param hedgeAfter time without an answer after which a request is sent to a second server, too;
   *     zero for never
   */
  public record Requests(int maxPerServer, int maxLists, Duration hedgeAfter)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * When a server is left alone.
   *
   * @param failurePercent of the newest requests that have to fail, 1 to 100
   * @param pause until one request tries it again
   */
  public record Breaker(int failurePercent, Duration pause) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Checks the addresses.
   *
   * @throws IllegalArgumentException if there is none or one is not {@code host:port}
   */
  public GrpcSettings {
    // ArrayList, because the settings are shipped to the tasks by Java serialization.
    targets = new ArrayList<>(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("there is no address; give at least one host:port");
    }
    targets.forEach(GrpcSettings::port);
  }

  /** The addresses. */
  @Override
  public List<String> targets() {
    return List.copyOf(targets);
  }

  static String host(String target) {
    String host = target.substring(0, target.lastIndexOf(':'));
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  static int port(String target) {
    int colon = target.lastIndexOf(':');
    try {
      int port = Integer.parseInt(target.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message below, which says all that is to be said.
    }
    throw new IllegalArgumentException(
        "address '" + target + "' is not host:port; write something like 127.0.0.1:8001");
  }
}
