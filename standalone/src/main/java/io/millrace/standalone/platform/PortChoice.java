package io.millrace.standalone.platform;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;

/**
 * The port that a part should listen on.
 *
 * @param option the option that sets it, for messages: {@code --kafka-port}
 * @param preferred the wanted port; 0: any free one
 * @param required whether a person asked for exactly this one, so that no other will do
 */
public record PortChoice(String option, int preferred, boolean required) {
  private static final int ATTEMPTS = 100;
  private static final int LAST_PORT = 65_535;

  /** Checks the range. */
  public PortChoice {
    if (preferred < 0 || preferred > LAST_PORT) {
      throw new PlatformException(
          option + " " + preferred + " is not a port: give 0 (any free one) to " + LAST_PORT);
    }
  }

  /**
   * The preferred port if it is free, else the next free one above it, said aloud.
   *
   * @param others ports that other parts are about to use
   * @throws PlatformException if a required port is taken, or none of the next hundred is free
   */
  int choose(Set<Integer> others, StartProgress progress) {
    if (preferred == 0) {
      return anyFree(others);
    }
    if (isFree(preferred, others)) {
      return preferred;
    }
    if (required) {
      throw new PlatformException(
          option
              + " "
              + preferred
              + ": the port is in use or not permitted; stop what listens on it, or choose another"
              + " (0: any free one)");
    }
    int last = Math.min(LAST_PORT, preferred + ATTEMPTS);
    for (int port = preferred + 1; port <= last; port++) {
      if (isFree(port, others)) {
        progress.say(
            "port " + preferred + " is taken, using " + port + " (" + option + " sets it)");
        return port;
      }
    }
    throw new PlatformException(
        "no free port from " + preferred + " to " + last + "; set " + option + " 0 for any");
  }

  private static int anyFree(Set<Integer> others) {
    int port = anyFree();
    while (others.contains(port)) {
      port = anyFree();
    }
    return port;
  }

  /** A port that nothing listens on right now. */
  static int anyFree() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new PlatformException("no free port on the loopback address: " + e.getMessage(), e);
    }
  }

  private static boolean isFree(int port, Set<Integer> others) {
    if (others.contains(port)) {
      return false;
    }
    // Bound to all addresses: a listener on any of them would take the connections of clients.
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port), 1);
      return true;
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new PlatformException("cannot probe port " + port + ": " + e.getMessage(), e);
    }
  }
}
