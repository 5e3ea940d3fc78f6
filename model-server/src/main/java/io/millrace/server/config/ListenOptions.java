package io.millrace.server.config;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the server listens, and with how many threads. */
@SuppressWarnings("NullAway.Init")
public final class ListenOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  private String host = "127.0.0.1";

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "Port of gRPC; 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int grpcPort = 8001;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of HTTP; 0 for any free one, -1 for no HTTP. Default: ${DEFAULT-VALUE}.")
  private int httpPort = 8000;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "Port of GET /metrics, for Prometheus; 0 for any free one, -1 for none. Default:"
              + " ${DEFAULT-VALUE}.")
  private int metricsPort = 8002;

  @Option(
      names = "--max-http-connections",
      paramLabel = "N",
      description =
          "Most connections over HTTP at the same time; further ones are answered with 503."
              + " Default: ${DEFAULT-VALUE}.")
  private int maxHttpConnections = 512;

  @Option(
      names = "--grpc-threads",
      paramLabel = "N",
      description =
          "Threads that read and write the network, for each port. Default: ${DEFAULT-VALUE}.")
  private int grpcThreads = 1;

  ListenOptions() {}

  void validate() {
    OptionRange.check(spec, "--grpc-port", grpcPort, 0, OptionRange.MOST_PORT);
    OptionRange.check(spec, "--http-port", httpPort, -1, OptionRange.MOST_PORT);
    OptionRange.check(spec, "--metrics-port", metricsPort, -1, OptionRange.MOST_PORT);
    OptionRange.check(
        spec, "--max-http-connections", maxHttpConnections, 1, OptionRange.MOST_WAITING);
    OptionRange.check(spec, "--grpc-threads", grpcThreads, 1, OptionRange.MOST_THREADS);
  }

  /** Address to listen on. */
  public String host() {
    return host;
  }

  /** Port to listen on; 0 for any free one. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Port of HTTP; 0 for any free one, below for no HTTP. */
  public int httpPort() {
    return httpPort;
  }

  /** Port of the metrics; 0 for any free one, below for none. */
  public int metricsPort() {
    return metricsPort;
  }

  /** Most connections over HTTP. */
  public int maxHttpConnections() {
    return maxHttpConnections;
  }

  /** Threads that read and write the network, for each port. */
  public int ioThreads() {
    return grpcThreads;
  }
}
