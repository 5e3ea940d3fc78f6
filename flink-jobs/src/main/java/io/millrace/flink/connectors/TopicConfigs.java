package io.millrace.flink.connectors;

import io.millrace.schemas.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** A topic's contract in the words of the broker's configuration. */
final class TopicConfigs {
  private TopicConfigs() {}

  /** Settings of a new topic. */
  static Map<String, String> of(Topic<?> topic) {
    String retention = String.valueOf(topic.retention().toMillis());
    return switch (topic.cleanup()) {
      case DELETE ->
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              TopicConfig.CLEANUP_POLICY_DELETE,
              TopicConfig.RETENTION_MS_CONFIG,
              retention);
      case COMPACT ->
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              TopicConfig.CLEANUP_POLICY_COMPACT,
              TopicConfig.DELETE_RETENTION_MS_CONFIG,
              retention);
    };
  }

  /** How an existing topic differs from its contract, one sentence each. */
  static List<String> differences(Topic<?> topic, int partitions, @Nullable Config config) {
    List<String> found = new ArrayList<>();
    if (partitions != topic.partitions()) {
      found.add(sentence(topic, "partitions", partitions, topic.partitions()));
    }
    of(topic)
        .forEach(
            (key, wanted) -> {
              ConfigEntry entry = config == null ? null : config.get(key);
              String given = entry == null ? null : entry.value();
              if (!Objects.equals(given, wanted)) {
                found.add(sentence(topic, key, given, wanted));
              }
            });
    return found;
  }

  private static String sentence(
      Topic<?> topic, String key, @Nullable Object given, Object wanted) {
    return "topic '"
        + topic.name()
        + "' exists with "
        + key
        + "="
        + given
        + ", its contract says "
        + wanted
        + "; it is used as it is";
  }
}
