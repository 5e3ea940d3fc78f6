package io.millrace.server.config;

import io.millrace.server.protocol.RequestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Every option of the server, with its default. */
@Command(
    name = "millrace-model-server",
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Serves the ONNX models of a repository over the Open Inference Protocol (gRPC, HTTP).",
      "When every model is ready, prints one line:",
      "millrace-model-server ready grpc=HOST:PORT http=HOST:PORT metrics=HOST:PORT"
    },
    footer = {
      "",
      "A --config file holds the same options without dashes, such as: queue-capacity=1024",
      "The command line wins over the file.",
      "Exit codes: 0 stopped as asked, 1 cannot serve, 2 wrong options."
    })
@SuppressWarnings("NullAway.Init")
public final class ServerOptions {
  private static final int MOST_ROWS = 65_536;
  private static final int MOST_THREADS = 1_024;
  private static final int MOST_WAITING = 1_000_000;
  private static final int MOST_PORT = 65_535;

  /** Where graphs are computed. */
  public enum Provider {
    /** The CPU. */
    CPU,
    /** The first CUDA device. */
    CUDA
  }

  /** Who decides which models and versions are loaded. */
  public enum ModelControlMode {
    /** The folder, as it is at the start. */
    NONE,
    /** The folder, as it is now. */
    POLL,
    /** Callers. */
    EXPLICIT
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--model-repository",
      required = true,
      paramLabel = "DIR",
      description = "Folder with one folder per model: NAME/config.pbtxt, NAME/VERSION/model.onnx.")
  private Path modelRepository;

  @Option(
      names = "--model-control-mode",
      paramLabel = "none|poll|explicit",
      description =
          "none: every model is loaded at the start. poll: and whenever its folder changes."
              + " explicit: when a caller asks for it. Default: none.")
  private ModelControlMode modelControlMode = ModelControlMode.NONE;

  @Option(
      names = "--repository-poll",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "With poll, how often the folder is looked at. Default: 15s.")
  private Duration repositoryPoll = Duration.ofSeconds(15);

  @Option(
      names = "--load-model",
      paramLabel = "NAME",
      description =
          "With explicit, a model to load at the start; * is every one. May be given several"
              + " times. Default: none.")
  private List<String> loadModels = List.of();

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
      names = "--max-batch",
      paramLabel = "ROWS",
      description =
          "Most rows computed together; caps max_batch_size of every model. Default:"
              + " ${DEFAULT-VALUE}.")
  private int maxBatch = 64;

  @Option(
      names = "--max-queue-delay",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long a request waits for company while an instance is idle (500us, 2ms). Default:"
              + " what each model's config.pbtxt says, which is 0us if it says nothing.")
  private Optional<Duration> maxQueueDelay = Optional.empty();

  @Option(
      names = "--queue-capacity",
      paramLabel = "REQUESTS",
      description =
          "Most requests that wait for one model; above it callers get RESOURCE_EXHAUSTED at once."
              + " For models without a max_queue_size. Default: ${DEFAULT-VALUE}.")
  private int queueCapacity = 512;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description =
          "Batches of one model computed at the same time, for models without an instance_group."
              + " Default: 2, or 1 on a single core.")
  private int instances = Math.min(2, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description = "Threads that one operator of a graph may use. Default: ${DEFAULT-VALUE}.")
  private int intraOpThreads = 1;

  @Option(
      names = "--provider",
      paramLabel = "cpu|cuda",
      description =
          "Where graphs are computed; cuda that is not available is an error. Default: cpu.")
  private Provider provider = Provider.CPU;

  @Option(
      names = "--grpc-threads",
      paramLabel = "N",
      description =
          "Threads that read and write the network, for each port. Default: ${DEFAULT-VALUE}.")
  private int grpcThreads = 1;

  @Option(
      names = "--max-message-bytes",
      paramLabel = "BYTES",
      description = "Requests above this are refused. Default: ${DEFAULT-VALUE}.")
  private int maxMessageBytes = 4 * 1024 * 1024;

  @Mixin private LimitOptions requestLimits;

  @Option(
      names = "--tokens-file",
      paramLabel = "FILE",
      description =
          "File with lines of a role and a token, infer TOKEN or admin TOKEN; callers need one then,"
              + " and admin to load and unload models. Read again when it changes. Default: none,"
              + " and everybody may call.")
  private Optional<Path> tokensFile = Optional.empty();

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "When stopping, how long requests in flight are waited for. Default: 5s.")
  private Duration drainTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--stop-with-parent",
      description = "Stop when standard input ends, as it does when the parent process is gone.")
  private boolean stopWithParent;

  @Option(
      names = ServerCommandLine.CONFIG,
      paramLabel = "FILE",
      description = "Properties file with options.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  private boolean help;

  ServerOptions() {}

  void validate() {
    check("--grpc-port", grpcPort, 0, MOST_PORT);
    if (repositoryPoll.isZero()) {
      throw new ParameterException(
          spec.commandLine(), "--repository-poll is 0s; it must be above, such as 15s");
    }
    if (!loadModels.isEmpty() && modelControlMode != ModelControlMode.EXPLICIT) {
      throw new ParameterException(
          spec.commandLine(),
          "--load-model " + loadModels.get(0) + " needs --model-control-mode explicit");
    }
    check("--http-port", httpPort, -1, MOST_PORT);
    check("--metrics-port", metricsPort, -1, MOST_PORT);
    check("--max-http-connections", maxHttpConnections, 1, MOST_WAITING);
    check("--max-batch", maxBatch, 1, MOST_ROWS);
    check("--queue-capacity", queueCapacity, 1, MOST_WAITING);
    check("--instances", instances, 1, MOST_THREADS);
    check("--intra-op-threads", intraOpThreads, 1, MOST_THREADS);
    check("--grpc-threads", grpcThreads, 1, MOST_THREADS);
    check("--max-message-bytes", maxMessageBytes, 1, Integer.MAX_VALUE);
    requestLimits.validate();
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(
              Locale.ROOT, "%s is %d; it goes from %d to %d", option, value, least, most));
    }
  }

  /** Folder of the models. */
  public Path modelRepository() {
    return modelRepository;
  }

  /** Who decides which models and versions are loaded. */
  public ModelControlMode modelControlMode() {
    return modelControlMode;
  }

  /** With polling, the pause between two looks at the folder. */
  public Duration repositoryPoll() {
    return repositoryPoll;
  }

  /** With explicit control, models to load at the start; {@code *} is every one. */
  public List<String> loadModels() {
    return List.copyOf(loadModels);
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

  /** Most rows computed together. */
  public int maxBatch() {
    return maxBatch;
  }

  /** Replaces every model's own delay, when present. */
  public Optional<Duration> maxQueueDelay() {
    return maxQueueDelay;
  }

  /** Most requests that wait for one model. */
  public int queueCapacity() {
    return queueCapacity;
  }

  /** Batches of one model computed at the same time. */
  public int instances() {
    return instances;
  }

  /** Threads that one operator may use. */
  public int intraOpThreads() {
    return intraOpThreads;
  }

  /** Where graphs are computed. */
  public Provider provider() {
    return provider;
  }

  /** Threads that read and write the network. */
  public int grpcThreads() {
    return grpcThreads;
  }

  /** Largest request. */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** Largest tensors. */
  public RequestLimits requestLimits() {
    return requestLimits.limits();
  }

  /** File with the tokens of callers; without one, everybody may call. */
  public Optional<Path> tokensFile() {
    return tokensFile;
  }

  /** How long stopping waits for requests in flight. */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /** Whether the end of standard input stops the server. */
  public boolean stopWithParent() {
    return stopWithParent;
  }
}
