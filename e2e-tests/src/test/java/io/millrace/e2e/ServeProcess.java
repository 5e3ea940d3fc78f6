package io.millrace.e2e;

import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.platform.AddressFile.Addresses;
import io.millrace.standalone.platform.CacheFolder;
import io.millrace.standalone.platform.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** {@code millrace serve} as people run it: a process of its own, with children of its own. */
final class ServeProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int FAILED = 1;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

  private final Path data;
  private final CacheFolder cache;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Process process;
  private final Thread reader;

  /**
   * Starts the process, without waiting.
   *
   * @param folder holds its data and its cache
   * @param options further options of the command
   */
  ServeProcess(Path folder, List<String> options) throws IOException {
    data = folder.resolve("data");
    cache = new CacheFolder(folder.resolve("cache").resolve("millrace"));
    ProcessBuilder builder = new ProcessBuilder(command(data, options)).redirectErrorStream(true);
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    process = builder.start();
    reader = new Thread(this::read, "serve output");
    reader.setDaemon(true);
    reader.start();
  }

  private static List<String> command(Path data, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What this JVM was given to open for Flink, the launcher gives too.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dmillrace.home=" + Installation.locate().home(),
            "-cp",
            System.getProperty("java.class.path"),
            Millrace.class.getName(),
            "serve",
            "--data-dir",
            data.toString()));
    command.addAll(options);
    return command;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().forEach(said::add);
    } catch (IOException | UncheckedIOException e) {
      said.add("(output ended: " + e + ")");
    }
  }

  /** Waits until it can be used, and says where. */
  Endpoints awaitReady() {
    Awaitility.await("serve to be ready")
        .atMost(START_LIMIT)
        .until(() -> !process.isAlive() || addresses().isPresent());
    Addresses addresses =
        addresses().orElseThrow(() -> new AssertionError("serve did not start\n" + logs()));
    return new Endpoints(addresses.bootstrapServers(), addresses.registry());
  }

  /** Its model server, as {@code host:port}. */
  String modelServer() {
    return addresses().orElseThrow().modelServer();
  }

  /** Its Flink. */
  FlinkRest flink() {
    return new FlinkRest(addresses().orElseThrow().dashboard());
  }

  private Optional<Addresses> addresses() {
    return cache.addresses().read().filter(addresses -> addresses.pid() == process.pid());
  }

  /** Ends it as {@code kill -9} does, and waits until its children are gone too. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    if (children.isEmpty()) {
      throw new AssertionError("serve has no children\n" + logs());
    }
    process.destroyForcibly();
    awaitExit(process.toHandle());
    children.forEach(this::awaitExit);
  }

  /** Ends it as Ctrl-C does, and waits until its children are gone too. */
  void stop() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    awaitExit(process.toHandle());
    children.forEach(this::awaitExit);
    if (process.exitValue() == FAILED) {
      throw new AssertionError("serve failed to stop\n" + logs());
    }
  }

  private void awaitExit(ProcessHandle handle) {
    try {
      handle.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(
          "still alive: " + handle.pid() + " " + handle.info() + "\n" + logs(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Everything that it has printed. */
  List<String> said() {
    return List.copyOf(said);
  }

  /** The newest lines of everything it wrote. */
  String logs() {
    return Logs.tail(said, data.resolve("log"));
  }

  /** Kills it if a test has not ended it. */
  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.getInputStream().close();
  }
}
