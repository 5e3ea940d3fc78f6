package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to start, and what runs elsewhere already.
 *
 * @param cache the user's cache folder
 * @param dataFolder keeps Kafka's log, schemas and checkpoints for the next start; empty: all is
 *     forgotten at the end
 * @param bootstrapServers brokers elsewhere, as {@code host:port,...}; empty: one is started
 * @param registry base of the common API of a registry elsewhere; empty: one is started
 * @param modelServer gRPC address of a model server elsewhere; empty: one is started
 * @param flinkRest REST API of a Flink cluster elsewhere; empty: one is started
 * @param kafkaPort port of the started broker
 * @param registryPort port of the started registry
 * @param modelServerPort port of the started model server
 * @param flinkPort port of the started Flink's dashboard
 * @param models model repository of the started model server
 * @param languageModel who writes profiles; empty: nobody does
 * @param modelServerArguments further arguments for the started model server
 * @param parallelism subtasks of the job
 * @param jobOptions options of the job by key, over its defaults
 */
public record PlatformSettings(
    CacheFolder cache,
    Optional<Path> dataFolder,
    Optional<String> bootstrapServers,
    Optional<URI> registry,
    Optional<String> modelServer,
    Optional<URI> flinkRest,
    PortChoice kafkaPort,
    PortChoice registryPort,
    PortChoice modelServerPort,
    PortChoice flinkPort,
    Path models,
    Optional<LanguageModelChoice> languageModel,
    List<String> modelServerArguments,
    int parallelism,
    Map<String, String> jobOptions) {
  private static final int PARTS = 5;

  /** A new version is found within a second: looking costs a listing of a few folders. */
  private static final List<String> FINDS_VERSIONS =
      List.of("--model-control-mode", "poll", "--repository-poll", "1s");

  /** Copies, and checks the parallelism. */
  public PlatformSettings {
    modelServerArguments = List.copyOf(modelServerArguments);
    jobOptions = Map.copyOf(jobOptions);
    if (parallelism < 1) {
      throw new PlatformException("--parallelism " + parallelism + ": at least 1");
    }
  }

  /** The same with other models. */
  PlatformSettings serving(Path otherModels) {
    return with(otherModels, modelServerArguments);
  }

  /**
   * The same, where a started model server serves what is published into the models while it runs.
   */
  public PlatformSettings findingVersions() {
    return with(
        models, Stream.concat(modelServerArguments.stream(), FINDS_VERSIONS.stream()).toList());
  }

  private PlatformSettings with(Path otherModels, List<String> otherArguments) {
    return new PlatformSettings(
        cache,
        dataFolder,
        bootstrapServers,
        registry,
        modelServer,
        flinkRest,
        kafkaPort,
        registryPort,
        modelServerPort,
        flinkPort,
        otherModels,
        languageModel,
        otherArguments,
        parallelism,
        jobOptions);
  }

  /** How many parts will be started here, the job included. */
  int partsStartedHere() {
    long elsewhere =
        Stream.of(bootstrapServers, registry, modelServer, flinkRest)
            .filter(Optional::isPresent)
            .count();
    return PARTS - (int) elsewhere + languageModel.map(LanguageModelChoice::jobs).orElse(0);
  }
}
