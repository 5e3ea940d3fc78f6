package io.millrace.flink.connectors;

import io.millrace.schemas.Topic;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where Kafka is and how the job reads it.
 *
 * @param bootstrapServers {@code host:port,...}
 * @param topicPrefix put before every topic's name; empty for none
 * @param groupId consumer group that offsets are committed under
 * @param startingOffsets where reading begins without a checkpoint
 * @param fetchMaxWait longest time that the broker holds back an answer while it has nothing new
 * @param client further properties of every Kafka client, such as those for TLS and SASL; they win
 *     over what the connectors set
 */
public record KafkaSettings(
    String bootstrapServers,
    String topicPrefix,
    String groupId,
    StartingOffsets startingOffsets,
    Duration fetchMaxWait,
    Map<String, String> client)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Copies the client properties. */
  public KafkaSettings {
    client = new HashMap<>(client);
  }

  /** Further properties of every Kafka client. */
  @Override
  public Map<String, String> client() {
    return Map.copyOf(client);
  }

  /** The same Kafka, with offsets committed under another group. */
  public KafkaSettings inGroup(String otherGroup) {
    return new KafkaSettings(
        bootstrapServers, topicPrefix, otherGroup, startingOffsets, fetchMaxWait, client);
  }

  /** The same Kafka, read from elsewhere by a job that starts without a checkpoint. */
  public KafkaSettings from(StartingOffsets offsets) {
    return new KafkaSettings(bootstrapServers, topicPrefix, groupId, offsets, fetchMaxWait, client);
  }

  /** Properties of a client that only needs to connect. */
  public Properties clientProperties() {
    Properties properties = new Properties();
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.putAll(client);
    return properties;
  }

  /** The topic as it is named on this Kafka. */
  public <V extends SpecificRecord> Topic<V> named(Topic<V> topic) {
    return topic.named(topicPrefix + topic.name());
  }

  /** Leaves out the client properties: they hold passwords. */
  @Override
  public String toString() {
    return "Kafka at " + bootstrapServers + ", group " + groupId;
  }
}
