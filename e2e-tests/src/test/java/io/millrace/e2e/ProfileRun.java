package io.millrace.e2e;

import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.flink.jobs.ProfileEdges;
import io.millrace.flink.jobs.ProfileJob;
import io.millrace.schemas.RecordCodec;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * The profile job on a cluster of its own, with topics of its own: items and events go in, and its
 * worker can be killed.
 */
final class ProfileRun implements AutoCloseable {
  private static final int ITEMS = 20;
  private static final Pattern FILM = Pattern.compile("Film \\d+");
  private static final List<String> GENRES = List.of("Drama", "Western", "Comedy");

  private final Endpoints endpoints;
  private final PickingEndpoint model;
  private final ProfileJobSettings settings;
  private final MiniCluster cluster;
  private final JobID job;
  private final KafkaProducer<String, byte[]> producer;
  private final Map<Topic<?>, Integer> schemaIds = new HashMap<>();

  /**
   * Starts the job and waits until it knows the catalogue.
   *
   * @param prefix of its topics, unique to the run
   * @param checkpoints an empty folder
   * @param further options of the job
   */
  ProfileRun(
      Endpoints endpoints,
      PickingEndpoint model,
      String prefix,
      Path checkpoints,
      Map<String, String> further)
      throws Exception {
    this.endpoints = endpoints;
    this.model = model;
    this.settings = settings(endpoints, model, prefix, checkpoints, further);
    ProfileJob.prepare(settings);
    try (SchemaRegistry registry = new SchemaRegistry(settings.journaled().registry())) {
      for (Topic<?> topic : List.of(Topics.ITEMS, Topics.INTERACTIONS)) {
        schemaIds.put(
            topic,
            registry.register(settings.journaled().kafka().named(topic).subject(), topic.schema()));
      }
    }
    producer =
        new KafkaProducer<>(
            settings.journaled().kafka().clientProperties(),
            new StringSerializer(),
            new ByteArraySerializer());
    for (int i = 0; i < ITEMS; i++) {
      publishItem(i);
    }
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(settings.journaled().flink())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(settings.journaled().flink());
    ProfileJob.build(env, settings, ProfileEdges.of(settings));
    job = cluster.submitJob(env.getStreamGraph().getJobGraph()).get().getJobID();
    awaitCatalogue();
  }

  private static ProfileJobSettings settings(
      Endpoints endpoints,
      PickingEndpoint model,
      String prefix,
      Path checkpoints,
      Map<String, String> further) {
    Map<String, String> options = new TreeMap<>(further);
    options.put("millrace.kafka.bootstrap-servers", endpoints.bootstrapServers());
    options.put("millrace.kafka.topic-prefix", prefix);
    options.put("millrace.registry.url", endpoints.registry().toString());
    options.put("millrace.language-model.url", model.url());
    options.put("millrace.language-model.model", "picker");
    options.put("millrace.language-model.tokens-per-minute", "0");
    options.put("millrace.text-encoder.url", model.url());
    options.put("millrace.text-encoder.model", "picker");
    options.put("millrace.profile.offer-again", "1 s");
    options.put("parallelism.default", "1");
    options.put("execution.checkpointing.interval", "100 ms");
    options.put("execution.checkpointing.dir", checkpoints.toUri().toString());
    options.put("restart-strategy.type", "fixed-delay");
    options.put("restart-strategy.fixed-delay.attempts", "10000");
    options.put("restart-strategy.fixed-delay.delay", "10 ms");
    options.put("rest.bind-port", "0");
    options.put("rest.port", "0");
    return ProfileJobSettings.from(Configuration.fromMap(options));
  }

  private void publishItem(int number) {
    publish(
        Topics.ITEMS,
        "item-" + number,
        Item.newBuilder()
            .setItemId("item-" + number)
            .setTitle("Film " + number)
            .setAttributes(Map.of("genre", List.of(GENRES.get(number % GENRES.size()))))
            .setUpdatedAt(Instant.EPOCH)
            .build());
  }

  /** A user rates a film; with the numbers, films and stars go round. */
  void publishEvent(String user, int number) {
    publish(
        Topics.INTERACTIONS,
        user,
        Interaction.newBuilder()
            .setEventId(user + "-" + number)
            .setUserId(user)
            .setItemId("item-" + (user.hashCode() + 3 * number & 0xffff) % ITEMS)
            .setType(InteractionType.RATE)
            .setValue(number % 4 == 3 ? 1.0 : 5.0)
            .setEventTime(Instant.ofEpochSecond(1_000_000 + number))
            .build());
  }

  private <V extends SpecificRecord> void publish(Topic<V> topic, String key, V value) {
    int id = schemaIds.getOrDefault(topic, -1);
    producer.send(
        new ProducerRecord<>(
            settings.journaled().kafka().named(topic).name(),
            key,
            RecordCodec.of(topic).encode(value, id)));
  }

  /**
   * Events that are read before their items have no titles, and tastes without them drift in
   * another way: somebody tries until every item is known.
   */
  private void awaitCatalogue() {
    int[] tries = {0};
    Awaitility.await("the job to know the catalogue")
        .atMost(TopicReader.LIMIT)
        .until(
            () -> {
              String probe = "probe-" + tries[0]++;
              for (int event = 0; event < 5; event++) {
                publishEvent(probe, event);
              }
              producer.flush();
              return filmsAskedAbout() == ITEMS;
            });
  }

  private long filmsAskedAbout() {
    return model.questions().stream()
        .flatMap(question -> FILM.matcher(question).results())
        .map(MatchResult::group)
        .distinct()
        .count();
  }

  /** Takes the worker with all its tasks away, as a machine that is lost, and gives another. */
  void kill() throws Exception {
    cluster.terminateTaskManager(0).get();
    cluster.startTaskManager();
  }

  /** Reads a topic of the run from its beginning. */
  <T> TopicReader<T> reader(
      Topic<?> topic, Function<ConsumerRecord<String, GenericRecord>, T> mapping) {
    return new TopicReader<>(
        endpoints,
        settings.journaled().kafka().named(topic).name(),
        "read_committed",
        mapping,
        () -> "state of the job: " + cluster.getJobStatus(job).join());
  }

  @Override
  public void close() throws InterruptedException, ExecutionException {
    producer.close();
    cluster.closeAsync().get();
  }
}
