package io.millrace.flink.llm;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** An HTTP server on real sockets that does to each request what the test wants. */
public final class MisbehavingEndpoint implements AutoCloseable {
  /** What is done to a request after it was read. */
  @FunctionalInterface
  public interface Deed {
    /** Returns false to end the connection. */
    boolean answer(Deeds to) throws IOException;
  }

  /** A connection with a request that was read. */
  public final class Deeds {
    private final InputStream in;
    private final OutputStream out;

    private Deeds(InputStream in, OutputStream out) {
      this.in = in;
      this.out = out;
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Until the caller has gone. */
    void awaitHangUp() throws IOException {
      try {
        while (in.read() >= 0) {
          // Whatever it still sends is nothing to us.
        }
      } finally {
        hungUp();
      }
    }

    void hungUp() {
      hungUp.countDown();
    }
  }

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch hungUp = new CountDownLatch(1);
  private final IntFunction<Deed> deeds;

  private MisbehavingEndpoint(IntFunction<Deed> deeds) throws IOException {
    this.deeds = deeds;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /**
   * Listens.
   *
   * @param deeds what is done to each request, by its number from 0 on
   */
  public static MisbehavingEndpoint start(IntFunction<Deed> deeds) throws IOException {
    MisbehavingEndpoint endpoint = new MisbehavingEndpoint(deeds);
    endpoint.threads.execute(endpoint::accept);
    return endpoint;
  }

  /** Answers as HTTP wants it. */
  public static Deed reply(int status, String headers, String body) {
    return to -> {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      to.write(
          "HTTP/1.1 %d Whatever\r\nContent-Length: %d\r\n%s\r\n%s"
              .formatted(status, length, headers, body));
      return true;
    };
  }

  /** A good answer of a language model. */
  public static Deed good() {
    return reply(200, "Content-Type: application/json\r\n", Endpoints.answer("because"));
  }

  /** Bytes, then the end. */
  public static Deed raw(String bytes) {
    return to -> {
      to.write(bytes);
      return false;
    };
  }

  /** Nothing, for as long as the caller waits. */
  public static Deed silence() {
    return to -> {
      to.awaitHangUp();
      return false;
    };
  }

  /** An answer without an end. */
  static Deed endless() {
    return to -> {
      to.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      try {
        while (true) {
          to.write("1000\r\n" + "x".repeat(0x1000) + "\r\n");
        }
      } catch (IOException gone) {
        to.hungUp();
        return false;
      }
    };
  }

  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  /** Requests that were read. */
  public int requests() {
    return requests.get();
  }

  /** Connections that were made. */
  int connections() {
    return accepted.get();
  }

  /** Waits until a caller ended a connection that it was still owed something on. */
  void awaitHangUp() throws InterruptedException {
    hungUp.await();
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        connections.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The listener was closed: that is how this ends.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      boolean goOn = true;
      while (goOn && readRequest(in)) {
        Deeds to = new Deeds(in, socket.getOutputStream());
        goOn = deeds.apply(requests.getAndIncrement()).answer(to);
      }
    } catch (IOException gone) {
      // The caller went away, or the test is over.
    } finally {
      connections.remove(socket);
    }
  }

  /** Returns false at the connection's end. */
  private static boolean readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    String lower = head.toString().toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length:");
    int length =
        at < 0
            ? 0
            : Integer.parseInt(
                lower
                    .substring(at + "content-length:".length(), lower.indexOf("\r\n", at))
                    .strip());
    return in.readNBytes(length).length == length;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : connections) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
