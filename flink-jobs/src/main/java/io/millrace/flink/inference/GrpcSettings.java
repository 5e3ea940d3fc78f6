package io.millrace.flink.inference;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the model servers are and how they are called.
 *
 * @param targets addresses as {@code host:port}; at least one
 * @param model name of the model that makes lists
 * @param keepAlive silence on a connection with calls in flight after which it is probed
 * @param maxAnswerBytes larger answers are refused
 * @param tls whether to encrypt
 * @param maxRequestsPerServer requests on their way to each server, at least 1; calls beyond them
 *     wait and share the next
 * @param maxListsPerRequest calls that may share a request, at least 1
 */
public record GrpcSettings(
    List<String> targets,
    String model,
    Duration keepAlive,
    int maxAnswerBytes,
    boolean tls,
    int maxRequestsPerServer,
    int maxListsPerRequest)
    implements Serializable {
  private static final long serialVersionUID = 1L;

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
