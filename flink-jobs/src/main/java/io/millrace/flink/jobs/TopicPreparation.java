package io.millrace.flink.jobs;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.connectors.KafkaSettings;
import io.millrace.flink.connectors.RegistrySettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.flink.connectors.TopicAdmin;
import io.millrace.schemas.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** What a job does about its topics before it starts, so that what does not fit is told then. */
final class TopicPreparation {
  private TopicPreparation() {}

  /**
   * Creates missing topics, where that is wanted, and registers the schemas of all.
   *
   * @param named topics without their prefix
   * @param create whether missing ones are created
   * @param replication replicas of created topics; -1: the broker's default
   */
  static void run(
      List<Topic<? extends SpecificRecord>> named,
      KafkaSettings kafka,
      RegistrySettings registry,
      boolean create,
      short replication) {
    List<Topic<? extends SpecificRecord>> topics = new ArrayList<>();
    named.forEach(topic -> topics.add(kafka.named(topic)));
    if (create) {
      try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties())) {
        admin.ensure(topics, replication);
      }
    }
    try (SchemaRegistry client = new SchemaRegistry(registry)) {
      client.registerAll(topics);
    }
  }

  /**
   * The same for a job that asks a language model.
   *
   * @param named topics without their prefix
   */
  static void run(List<Topic<? extends SpecificRecord>> named, JournaledJobSettings settings) {
    run(
        named,
        settings.kafka(),
        settings.registry(),
        settings.createTopics(),
        settings.replication());
  }
}
