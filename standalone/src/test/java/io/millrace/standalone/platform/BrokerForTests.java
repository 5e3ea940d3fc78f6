package io.millrace.standalone.platform;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** The real broker on a free port, without anything around it, for tests of other packages. */
public final class BrokerForTests implements AutoCloseable {
  private final EmbeddedBroker broker;
  private final String address;

  /**
   * Starts it.
   *
   * @param folder an empty one, for its log
   */
  public BrokerForTests(Path folder) {
    broker =
        new EmbeddedBroker(
            folder,
            PortChoice.anyFree(),
            reason -> {
              throw new IllegalStateException(reason);
            });
    address = broker.start();
  }

  /** As {@code host:port}. */
  public String address() {
    return address;
  }

  /** Makes topics of one partition. */
  public void create(Collection<String> topics) throws InterruptedException, ExecutionException {
    List<NewTopic> wanted =
        topics.stream().map(topic -> new NewTopic(topic, 1, (short) 1)).toList();
    try (Admin admin =
        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address))) {
      admin.createTopics(wanted).all().get();
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
