package io.millrace.standalone.platform;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.jspecify.annotations.Nullable;

/** A Kafka broker, controller included, inside this process. */
final class EmbeddedBroker implements StartSequence.Part {
  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  private final Path folder;
  private final int port;
  private final Consumer<String> onDeath;
  private @Nullable KafkaRaftServer server;
  private volatile boolean dead;

  /**
   * A broker that is not started yet.
   *
   * @param folder where its log lives; formatted at the first start
   * @param port port for clients on the loopback address
   * @param onDeath hears the reason if the broker gives up by itself
   */
  EmbeddedBroker(Path folder, int port, Consumer<String> onDeath) {
    this.folder = folder;
    this.port = port;
    this.onDeath = onDeath;
  }

  /** Returns when clients can connect. */
  @Override
  public synchronized String start() {
    Exit.Procedure died =
        (code, message) -> {
          dead = true;
          onDeath.accept(death(folder, message));
        };
    Exit.setExitProcedure(died);
    Exit.setHaltProcedure(died);
    try {
      format(folder);
      KafkaConfig config = new KafkaConfig(configuration(folder, port), false);
      server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      return address();
    } catch (Exception e) {
      throw new PlatformException(
          "the broker does not start: " + e.getMessage() + freeSpace(folder), e);
    }
  }

  private static void format(Path folder) throws Exception {
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setNodeId(NODE)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName(CONTROLLER)
        .run();
  }

  private static Map<String, String> configuration(Path folder, int port) {
    int controllerPort = PortChoice.anyFree();
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", String.valueOf(NODE));
    config.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    config.put("controller.listener.names", CONTROLLER);
    config.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    config.put("log.dirs", folder.toString());

    // One node: every internal topic has one replica, and few partitions to create and load.
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "1");
    config.put("default.replication.factor", "1");
    config.put("min.insync.replicas", "1");

    // A misspelt topic is an error, not a new topic that nobody reads.
    config.put("auto.create.topics.enable", "false");
    // The first member of a group need not wait for others to join.
    config.put("group.initial.rebalance.delay.ms", "0");

    // Shared with everything else on a few cores, and a few hundred megabytes.
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("background.threads", "2");
    config.put("num.replica.fetchers", "1");
    config.put("log.segment.bytes", String.valueOf(64 << 20));
    config.put("log.index.size.max.bytes", String.valueOf(1 << 20));
    config.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20));
    config.put("metric.reporters", "");

    // The node is its own and only controller: nothing to gain from waiting for others.
    config.put("broker.heartbeat.interval.ms", "500");
    config.put("controller.quorum.election.timeout.ms", "200");
    config.put("controller.quorum.election.backoff.max.ms", "200");
    return config;
  }

  /** For clients, as {@code host:port}. */
  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public synchronized void close() {
    // A broker that gave up has stopped its threads in the middle of things; it waits for ever.
    if (server != null && !dead) {
      server.shutdown();
      server.awaitShutdown();
    }
    resetExit();
  }

  private static void resetExit() {
    Exit.resetExitProcedure();
    Exit.resetHaltProcedure();
  }

  private static String death(Path folder, @Nullable String message) {
    String said = message == null ? "" : ": " + message;
    return "the broker gave up" + said + freeSpace(folder);
  }

  /** What is most often behind it: Kafka stops when it cannot write its log. */
  private static String freeSpace(Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace() >> 20;
      return "; " + free + " MB are free for its log in " + folder;
    } catch (IOException e) {
      return "; its log folder " + folder + " cannot be read";
    }
  }
}
