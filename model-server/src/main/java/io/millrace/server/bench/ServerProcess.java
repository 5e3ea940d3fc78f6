package io.millrace.server.bench;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.millrace.server.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model server in a process of its own, so that its memory can be told from the load's. Its heap
 * is touched as a whole at the start: whatever its resident memory grows by is outside the heap,
 * that is ONNX Runtime's arenas, buffers and what the virtual machine keeps for itself.
 */
final class ServerProcess implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("millrace-model-server ready grpc=(\\S+) http=(\\S+) metrics=(\\S+)");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final String grpc;
  private final String http;
  private final String metrics;

  private ServerProcess(Process process, String grpc, String http, String metrics) {
    this.process = process;
    this.grpc = grpc;
    this.http = http;
    this.metrics = metrics;
  }

  /**
   * Starts one, and returns when it is ready.
   *
   * @param heapMegabytes of its heap, from the start to the end
   * @param log what it says on standard error goes there
   * @param options of the server, beside its ports
   * @throws IllegalStateException if it does not become ready; the log says why
   */
  static ServerProcess start(int heapMegabytes, Path log, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms" + heapMegabytes + "m");
    command.add("-Xmx" + heapMegabytes + "m");
    command.addAll(List.of("-XX:+AlwaysPreTouch", "-XX:+UseParallelGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ModelServer.class.getName());
    command.addAll(List.of("--stop-with-parent", "--grpc-port=0"));
    command.addAll(List.of("--http-port=0", "--metrics-port=0"));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    // Every version has threads of its own; glibc would give them arenas that fragment.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.find()) {
      process.destroyForcibly();
      throw new IllegalStateException("the server did not become ready; " + log + " says why");
    }
    return new ServerProcess(process, ready.group(1), ready.group(2), ready.group(3));
  }

  /** HOST:PORT of gRPC. */
  String grpc() {
    return grpc;
  }

  /** HOST:PORT of HTTP. */
  String http() {
    return http;
  }

  /** Its page of metrics. */
  String metricsUrl() {
    return "http://" + metrics + "/metrics";
  }

  /** Its number in the system. */
  long pid() {
    return process.pid();
  }

  /** A channel to it; its callbacks run on the network's thread. */
  ManagedChannel channel() {
    return NettyChannelBuilder.forTarget(grpc).usePlaintext().directExecutor().build();
  }

  /** Memory that it holds, in MB. */
  double residentMegabytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    Matcher resident = RESIDENT.matcher(Files.readString(status));
    if (!resident.find()) {
      throw new IOException(status + " has no VmRSS; memory is measured on Linux only");
    }
    return Double.parseDouble(
        String.format(Locale.ROOT, "%.1f", Long.parseLong(resident.group(1)) / 1024.0));
  }

  /** Stops it and waits for its end. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
