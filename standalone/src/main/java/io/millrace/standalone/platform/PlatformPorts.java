package io.millrace.standalone.platform;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The ports of the parts that are started here; 0 for those that run elsewhere.
 *
 * @param kafka for Kafka clients
 * @param registry HTTP
 * @param modelServer gRPC
 * @param modelServerHttp HTTP, for the language model and the text encoder; 0 without profiles
 * @param flink dashboard and REST API
 */
record PlatformPorts(int kafka, int registry, int modelServer, int modelServerHttp, int flink) {

  private static final PortChoice MODEL_SERVER_HTTP = new PortChoice("no option", 0, false);

  /** Chooses different ones, and says aloud where one is not the preferred one. */
  static PlatformPorts choose(PlatformSettings settings, StartProgress progress) {
    Set<Integer> taken = new HashSet<>();
    return new PlatformPorts(
        choose(settings.kafkaPort(), settings.bootstrapServers(), taken, progress),
        choose(settings.registryPort(), settings.registry(), taken, progress),
        choose(settings.modelServerPort(), settings.modelServer(), taken, progress),
        settings.languageModel().isPresent()
            ? choose(MODEL_SERVER_HTTP, settings.modelServer(), taken, progress)
            : 0,
        choose(settings.flinkPort(), settings.flinkRest(), taken, progress));
  }

  private static int choose(
      PortChoice choice, Optional<?> elsewhere, Set<Integer> taken, StartProgress progress) {
    if (elsewhere.isPresent()) {
      return 0;
    }
    int port = choice.choose(taken, progress);
    taken.add(port);
    return port;
  }
}
