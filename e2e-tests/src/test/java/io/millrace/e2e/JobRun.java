package io.millrace.e2e;

import io.millrace.flink.config.JournaledJobSettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A job that asks a language model, on a cluster of its own, with topics of its own; its worker can
 * be killed.
 */
final class JobRun implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final Endpoints endpoints;
  private final JournaledJobSettings settings;
  private final MiniCluster cluster;
  private final KafkaProducer<String, byte[]> producer;
  private final Map<Topic<?>, Integer> schemaIds = new HashMap<>();
  private int killed;

  /**
   * Starts the cluster; the topics have to be there.
   *
   * @param published topics that {@link #publish} will write to
   */
  JobRun(Endpoints endpoints, JournaledJobSettings settings, List<Topic<?>> published)
      throws Exception {
    this.endpoints = endpoints;
    this.settings = settings;
    try (SchemaRegistry registry = new SchemaRegistry(settings.registry())) {
      for (Topic<?> topic : published) {
        schemaIds.put(
            topic, registry.register(settings.kafka().named(topic).subject(), topic.schema()));
      }
    }
    producer =
        new KafkaProducer<>(
            settings.kafka().clientProperties(), new StringSerializer(), new ByteArraySerializer());
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(settings.flink())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
  }

  /**
   * Options of a job that does not hesitate.
   *
   * @param prefix of its topics, unique to the run
   * @param checkpoints an empty folder
   */
  static Map<String, String> options(
      Endpoints endpoints, PickingEndpoint model, String prefix, Path checkpoints) {
    Map<String, String> options = new TreeMap<>();
    options.put("millrace.kafka.bootstrap-servers", endpoints.bootstrapServers());
    options.put("millrace.kafka.topic-prefix", prefix);
    options.put("millrace.registry.url", endpoints.registry().toString());
    options.put("millrace.language-model.url", model.url());
    options.put("millrace.language-model.model", "picker");
    options.put("millrace.language-model.tokens-per-minute", "0");
    options.put("millrace.text-encoder.url", model.url());
    options.put("millrace.text-encoder.model", "picker");
    options.put("parallelism.default", "1");
    options.put("execution.checkpointing.interval", "100 ms");
    options.put("execution.checkpointing.dir", checkpoints.toUri().toString());
    options.put("restart-strategy.type", "fixed-delay");
    options.put("restart-strategy.fixed-delay.attempts", "10000");
    options.put("restart-strategy.fixed-delay.delay", "10 ms");
    // Enough for one worker, however many there were before.
    options.put("taskmanager.memory.network.min", "16mb");
    options.put("taskmanager.memory.network.max", "16mb");
    options.put("rest.bind-port", "0");
    options.put("rest.port", "0");
    return options;
  }

  /**
   * Starts the job.
   *
   * @param wiring connects its parts
   */
  void submit(Consumer<StreamExecutionEnvironment> wiring) throws Exception {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.flink());
    wiring.accept(env);
    cluster.submitJob(env.getStreamGraph().getJobGraph()).get();
  }

  /** Publishes a record, or a tombstone. */
  <V extends SpecificRecord> void publish(Topic<V> topic, String key, @Nullable V value) {
    int id = schemaIds.getOrDefault(topic, -1);
    byte @Nullable [] bytes = value == null ? null : RecordCodec.of(topic).encode(value, id);
    producer.send(new ProducerRecord<>(settings.kafka().named(topic).name(), key, bytes));
  }

  /** Returns when the broker has what was published. */
  void flush() {
    producer.flush();
  }

  /**
   * Takes the worker with all its tasks away, as a machine that is lost, and gives another. Waits
   * until every task runs before, so that each kill meets a job at work.
   */
  void kill() throws Exception {
    Awaitility.await("every task to run")
        .pollInterval(POLL)
        .atMost(TopicReader.LIMIT)
        .until(this::isAtWork);
    // The cluster numbers its workers on, and keeps those that are gone.
    cluster.terminateTaskManager(killed++).get();
    cluster.startTaskManager();
  }

  private boolean isAtWork() throws Exception {
    for (JobStatusMessage job : cluster.listJobs().get()) {
      for (AccessExecutionVertex task :
          cluster.getExecutionGraph(job.getJobId()).get().getAllExecutionVertices()) {
        if (task.getExecutionState() != ExecutionState.RUNNING) {
          return false;
        }
      }
    }
    return true;
  }

  /** Reads a topic of the run from its beginning. */
  <T> TopicReader<T> reader(
      Topic<?> topic, Function<ConsumerRecord<String, GenericRecord>, T> mapping) {
    return new TopicReader<>(
        endpoints,
        settings.kafka().named(topic).name(),
        "read_committed",
        mapping,
        () -> "jobs: " + cluster.listJobs().join());
  }

  @Override
  public void close() throws InterruptedException, ExecutionException {
    producer.close();
    cluster.closeAsync().get();
  }
}
