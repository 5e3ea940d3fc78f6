package io.millrace.standalone.cli.topics;

import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.platform.AddressFile.Addresses;
import io.millrace.standalone.platform.CacheFolder;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds the running system: the one started here, unless told otherwise. */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "Kafka brokers (default: those of the system running on this machine).")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description =
          "Base of the schema registry's common API (default: that of the system running here).")
  private @Nullable URI registry;

  @Option(
      names = "--kafka",
      paramLabel = "KEY=VALUE",
      description = "A property of the Kafka client, such as those for TLS and SASL; repeatable.")
  private Map<String, String> client = new TreeMap<>();

  /** Properties that every Kafka client needs to connect. */
  public Map<String, Object> kafka() {
    Map<String, Object> properties = new TreeMap<>(client);
    properties.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers == null ? running().bootstrapServers() : bootstrapServers);
    return properties;
  }

  /** A client of the registry. */
  public SchemaRegistry schemas() {
    URI address = registry == null ? running().registry() : registry;
    return new SchemaRegistry(RegistrySettings.at(address.toString()));
  }

  /** Where the model server is: where an option of the command says, or that which runs here. */
  public String modelServer(@Nullable String given) {
    return given == null ? running().modelServer() : given;
  }

  private static Addresses running() {
    return CacheFolder.ofUser()
        .addresses()
        .read()
        .orElseThrow(
            () ->
                new CommandException(
                    "nothing runs on this machine; start it with ./millrace serve, or give"
                        + " --bootstrap-servers and --registry"));
  }
}
