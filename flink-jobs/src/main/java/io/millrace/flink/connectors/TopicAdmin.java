package io.millrace.flink.connectors;

import io.millrace.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing, and compares the others with their contracts.
 *
 * <p>An existing topic is never changed: partitions and retention are its owner's decision, a
 * difference is only said.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * What was found.
   *
   * @param created names of the topics that were missing
   * @param differences one sentence for each way in which an existing topic differs
   */
  public record Report(List<String> created, List<String> differences) {
    /** Copies the lists. */
    public Report {
      created = List.copyOf(created);
      differences = List.copyOf(differences);
    }
  }

  private final Admin admin;
  private final String where;

  /**
   * Connects lazily.
   *
   * @param client Kafka client properties with at least {@code bootstrap.servers}
   */
  public TopicAdmin(Properties client) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, String.valueOf(TIMEOUT.toMillis()));
    this.where = properties.getProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "?");
    this.admin = Admin.create(properties);
  }

  /** For an admin client made elsewhere; closing this closes it. */
  TopicAdmin(Admin admin, String where) {
    this.admin = admin;
    this.where = where;
  }

  /**
   * Creates what is missing and compares the rest; differences are logged as warnings too.
   *
   * @param topics contracts
   * @param replication replicas of a new topic's partitions; -1: the broker's default
   * @throws IllegalStateException if the broker cannot be reached within 30 seconds or refuses
   */
  public Report ensure(Collection<? extends Topic<?>> topics, short replication) {
    Map<String, Topic<?>> wanted = new LinkedHashMap<>();
    topics.forEach(topic -> wanted.put(topic.name(), topic));
    Set<String> existing = await(admin.listTopics().names(), "listing topics");
    List<String> created = new ArrayList<>();
    for (Topic<?> topic : wanted.values()) {
      if (!existing.contains(topic.name()) && create(topic, replication)) {
        created.add(topic.name());
      }
    }
    Map<String, Topic<?>> others = new LinkedHashMap<>(wanted);
    others.keySet().removeAll(created);
    List<String> differences = differences(others);
    differences.forEach(LOG::warn);
    return new Report(created, differences);
  }

  private boolean create(Topic<?> topic, short replication) {
    NewTopic request =
        new NewTopic(
                topic.name(),
                Optional.of(topic.partitions()),
                replication < 0 ? Optional.empty() : Optional.of(replication))
            .configs(TopicConfigs.of(topic));
    try {
      admin.createTopics(List.of(request)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw failed("creating topic '" + topic.name() + "'", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("creating topic '" + topic.name() + "'", e);
    }
  }

  private List<String> differences(Map<String, Topic<?>> topics) {
    if (topics.isEmpty()) {
      return List.of();
    }
    Map<String, TopicDescription> descriptions =
        await(admin.describeTopics(topics.keySet()).allTopicNames(), "describing topics");
    Map<ConfigResource, Config> configs =
        await(
            admin
                .describeConfigs(topics.keySet().stream().map(TopicAdmin::resource).toList())
                .all(),
            "describing topics");
    List<String> differences = new ArrayList<>();
    for (Topic<?> topic : topics.values()) {
      TopicDescription description = descriptions.get(topic.name());
      if (description != null) {
        int partitions = description.partitions().size();
        Config config = configs.get(resource(topic.name()));
        differences.addAll(TopicConfigs.differences(topic, partitions, config));
      }
    }
    return differences;
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private <T> T await(KafkaFuture<T> future, String what) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failed(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(what, e);
    }
  }

  private IllegalStateException failed(String what, Exception failure) {
    Throwable cause =
        failure instanceof ExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new IllegalStateException(
        what
            + " on Kafka at "
            + where
            + ": "
            + cause.getMessage()
            + "; check that the broker runs, that the address is right and that access is granted",
        cause);
  }

  /** Ends the connection. */
  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
