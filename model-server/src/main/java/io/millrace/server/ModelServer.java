package io.millrace.server;

import io.millrace.server.config.ServerCommandLine;
import io.millrace.server.config.ServerOptions;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Properties;
import sun.misc.Signal;

/**
 * The model server's process. Standard output carries one line, when everything is ready; the log
 * goes to standard error. Exits with 0 when it was stopped, 1 when it cannot serve, 2 for wrong
 * options.
 */
public final class ModelServer {
  private static final int CANNOT_SERVE = 1;
  private static final String READY = "millrace-model-server ready ";

  private ModelServer() {}

  /** Serves until the process is told to stop. */
  public static void main(String[] args) throws InterruptedException {
    ServerCommandLine.Outcome outcome =
        ServerCommandLine.parse(args, writer(System.out), writer(System.err));
    ServerOptions options = outcome.options();
    if (options == null) {
      System.exit(outcome.exitCode());
      return;
    }
    exitOn("TERM");
    exitOn("INT");
    RunningServer server;
    try {
      server = RunningServer.listen(options, version(), System::nanoTime);
    } catch (IOException e) {
      cannotServe(e);
      return;
    }
    Thread stop = new Thread(() -> server.stop(options.life().drainTimeout()), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    if (options.life().stopWithParent()) {
      exitAtEndOf(System.in);
    }
    try {
      if (server.loadModels()) {
        System.out.println(READY + server.addresses());
        System.out.flush();
      }
    } catch (ModelLoadException e) {
      if (forget(stop)) {
        cannotServe(e);
      }
      return;
    }
    server.awaitStop();
  }

  private static void cannotServe(Exception why) {
    System.err.println("millrace-model-server: " + why.getMessage());
    System.exit(CANNOT_SERVE);
  }

  /** False if the process stops already; being told to wins over what failed. */
  private static boolean forget(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Without this a signal would become the exit code, and being stopped is no failure. */
  private static void exitOn(String signal) {
    Signal.handle(new Signal(signal), received -> System.exit(0));
  }

  private static void exitAtEndOf(InputStream parent) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (parent.read() >= 0) {
                  // What a parent writes has no meaning; only the end has.
                }
              } catch (IOException e) {
                // A pipe that breaks has ended too.
              }
              System.exit(0);
            },
            "parent");
    watcher.setDaemon(true);
    watcher.start();
  }

  private static String version() {
    try (InputStream in = ModelServer.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("reading version.properties", e);
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, Charset.defaultCharset());
  }
}
