package io.millrace.standalone.platform;

import io.millrace.flink.connectors.RegistryException;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.flink.connectors.TopicAdmin;
import io.millrace.schemas.Topics;
import java.net.URI;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;

/** Has every topic and every schema there before anything reads or writes. */
final class TopicSetup {
  private static final short ONE_REPLICA = 1;
  private static final short BROKER_DEFAULT = -1;

  private TopicSetup() {}

  /** Creates the topics that are missing; existing ones are left as they are. */
  static void createTopics(String bootstrapServers, boolean ownBroker) {
    Properties client = new Properties();
    client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (TopicAdmin admin = new TopicAdmin(client)) {
      admin.ensure(Topics.all(), ownBroker ? ONE_REPLICA : BROKER_DEFAULT);
    } catch (IllegalStateException e) {
      throw new PlatformException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Registers the schema of every topic, always in the same order.
   *
   * @throws PlatformException if the registry has another one that this one cannot follow
   */
  static void registerSchemas(URI registry) {
    try (SchemaRegistry client = new SchemaRegistry(RegistrySettings.at(registry.toString()))) {
      client.registerAll(Topics.all());
    } catch (RegistryException e) {
      throw new PlatformException(String.valueOf(e.getMessage()), e);
    }
  }
}
