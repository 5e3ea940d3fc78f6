package io.millrace.server.config;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every option of the server, in groups. */
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
  @Mixin private RepositoryOptions repository;
  @Mixin private ListenOptions listen;
  @Mixin private ServingOptions serving;
  @Mixin private LimitOptions limits;
  @Mixin private LanguageModelOptions languageModel;
  @Mixin private TrustOptions trust;
  @Mixin private ObserveOptions observe;
  @Mixin private LifeOptions life;

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
    repository.validate();
    listen.validate();
    serving.validate();
    limits.validate();
    languageModel.validate(listen.httpPort());
    trust.validate();
    observe.validate();
  }

  /** Which models there are. */
  public RepositoryOptions repository() {
    return repository;
  }

  /** Where the server listens. */
  public ListenOptions listen() {
    return listen;
  }

  /** How models are served whose configuration does not say. */
  public ServingOptions serving() {
    return serving;
  }

  /** How large requests may be. */
  public LimitOptions limits() {
    return limits;
  }

  /** The language model that the server itself runs. */
  public LanguageModelOptions languageModel() {
    return languageModel;
  }

  /** Who may call, and what connections are like. */
  public TrustOptions trust() {
    return trust;
  }

  /** What is written down about calls. */
  public ObserveOptions observe() {
    return observe;
  }

  /** When and how the server stops. */
  public LifeOptions life() {
    return life;
  }
}
