package io.millrace.standalone.cli;

import io.millrace.standalone.platform.CacheFolder;
import io.millrace.standalone.platform.Installation;
import io.millrace.standalone.platform.LanguageModelChoice;
import io.millrace.standalone.platform.LanguageModelChoice.Besides;
import io.millrace.standalone.platform.PlatformSettings;
import io.millrace.standalone.platform.PortChoice;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Options of the commands that start the platform: which parts, where they listen, what is kept.
 */
public final class PlatformOptions {
  private static final int KAFKA_PORT = 9092;
  private static final int REGISTRY_PORT = 8081;
  private static final int MODEL_SERVER_PORT = 8001;
  private static final int FLINK_PORT = 8088;

  /** Where a model server computes. */
  enum Provider {
    CPU,
    CUDA
  }

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "Use these Kafka brokers instead of starting one.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description =
          "Use this schema registry instead of starting one: base of its common API, such as"
              + " http://host:8081/apis/ccompat/v7.")
  private @Nullable URI registry;

  @Option(
      names = "--model-server",
      paramLabel = "HOST:PORT",
      description = "Use this model server (gRPC) instead of starting one.")
  private @Nullable String modelServer;

  @Option(
      names = "--flink-rest",
      paramLabel = "URL",
      description =
          "Run the job on this Flink cluster, through its REST API, instead of starting one. The"
              + " cluster must reach all addresses; the job is cancelled when this command ends.")
  private @Nullable URI flinkRest;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the started broker (default: " + KAFKA_PORT + ", or the next free).")
  private @Nullable Integer kafkaPort;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      description =
          "Port of the started registry (default: " + REGISTRY_PORT + ", or the next free).")
  private @Nullable Integer registryPort;

  @Option(
      names = "--model-server-port",
      paramLabel = "PORT",
      description =
          "Port of the started model server (default: "
              + MODEL_SERVER_PORT
              + ", or the next free).")
  private @Nullable Integer modelServerPort;

  @Option(
      names = "--flink-port",
      paramLabel = "PORT",
      description =
          "Port of the started Flink's dashboard (default: " + FLINK_PORT + ", or the next free).")
  private @Nullable Integer flinkPort;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Model repository to serve (default: the models that come with Millrace).")
  private @Nullable Path models;

  @ArgGroup private ProfileWriterOptions profiles = new ProfileWriterOptions();

  @Option(
      names = "--item-knowledge",
      description =
          "Have the language model write about the items of the catalogue, too, into the topic"
              + " item-knowledge: two questions an item, in a job and with a budget of their own.")
  private boolean itemKnowledge;

  @Option(
      names = "--rerank",
      description =
          "Have the language model look lists over, too, for the users' next ones, in a job and with"
              + " a budget of their own; it needs /v1/score, which the model server has. The"
              + " embedded model makes no list better, see docs/language-model-reranker.md. For"
              + " fewer users: -Dmillrace.rerank.share=0.1.")
  private boolean rerank;

  @Option(
      names = "--provider",
      paramLabel = "cpu|cuda",
      description =
          "Where the started model server computes (default: cpu); cuda needs an ONNX Runtime for it in"
              + " MILLRACE_ONNXRUNTIME, see docs/cuda.md.")
  private Provider provider = Provider.CPU;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Keep Kafka's log, the schemas and the checkpoints here, and go on from them at the next"
              + " start (default: nothing is kept).")
  private @Nullable Path dataFolder;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of the job (default: number of cores, at most 4).")
  private @Nullable Integer parallelism;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "An option of the job or of Flink, such as -Dmillrace.trigger.interval=2s; repeatable.")
  private Map<String, String> jobOptions = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  /**
   * What the options say.
   *
   * @param forced options of the job that the command itself sets; the user's own win
   */
  PlatformSettings settings(Installation installation, Map<String, String> forced) {
    Map<String, String> options = new LinkedHashMap<>(forced);
    if (rerank) {
      options.put("millrace.rerank.share", "1");
    }
    options.putAll(jobOptions);
    return new PlatformSettings(
        CacheFolder.ofUser(),
        Optional.ofNullable(dataFolder),
        Optional.ofNullable(bootstrapServers),
        Optional.ofNullable(registry),
        Optional.ofNullable(modelServer),
        Optional.ofNullable(flinkRest),
        port("--kafka-port", kafkaPort, KAFKA_PORT),
        port("--registry-port", registryPort, REGISTRY_PORT),
        port("--model-server-port", modelServerPort, MODEL_SERVER_PORT),
        port("--flink-port", flinkPort, FLINK_PORT),
        models == null ? installation.models() : models.toAbsolutePath().normalize(),
        languageModel(),
        List.of("--provider", provider.name()),
        parallelism == null ? Math.min(4, Runtime.getRuntime().availableProcessors()) : parallelism,
        options);
  }

  /**
   * Who writes profiles, and does more if that is asked for; empty: nobody does.
   *
   * @throws ParameterException if somebody should do more, and nobody does anything
   */
  Optional<LanguageModelChoice> languageModel() {
    Map<String, Besides> wanted = new LinkedHashMap<>();
    if (itemKnowledge) {
      wanted.put("--item-knowledge", Besides.ITEMS);
    }
    if (rerank) {
      wanted.put("--rerank", Besides.LISTS);
    }
    Optional<LanguageModelChoice> choice = profiles.choice(Set.copyOf(wanted.values()));
    if (!wanted.isEmpty() && choice.isEmpty()) {
      throw new ParameterException(
          mixee.commandLine(),
          wanted.keySet().iterator().next()
              + " needs a language model to ask: --language-model DIR, or --llm URL with"
              + " --llm-model NAME, and no --no-llm");
    }
    return choice;
  }

  /** Whether the models are served by somebody else. */
  boolean hasModelServer() {
    return modelServer != null;
  }

  private static PortChoice port(String option, @Nullable Integer given, int preferred) {
    return new PortChoice(option, given == null ? preferred : given, given != null);
  }
}
