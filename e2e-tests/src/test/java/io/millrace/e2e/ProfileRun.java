package io.millrace.e2e;

import io.millrace.flink.config.ProfileJobSettings;
import io.millrace.flink.jobs.ProfileEdges;
import io.millrace.flink.jobs.ProfileJob;
import io.millrace.schemas.Topic;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.Item;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/** The profile job in a run of its own: items and events go in, and its worker can be killed. */
final class ProfileRun implements AutoCloseable {
  private static final int ITEMS = 20;
  private static final Pattern FILM = Pattern.compile("Film \\d+");
  private static final List<String> GENRES = List.of("Drama", "Western", "Comedy");

  private final PickingEndpoint model;
  private final JobRun run;

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
    this.model = model;
    Map<String, String> options = JobRun.options(endpoints, model, prefix, checkpoints);
    options.put("millrace.profile.offer-again", "1 s");
    options.putAll(further);
    ProfileJobSettings settings = ProfileJobSettings.from(Configuration.fromMap(options));
    ProfileJob.prepare(settings);
    run = new JobRun(endpoints, settings.journaled(), List.of(Topics.ITEMS, Topics.INTERACTIONS));
    for (int i = 0; i < ITEMS; i++) {
      publishItem(i);
    }
    run.submit(env -> ProfileJob.build(env, settings, ProfileEdges.of(settings)));
    awaitCatalogue();
  }

  private void publishItem(int number) {
    run.publish(
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
    run.publish(
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
              run.flush();
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

  /** Takes the worker with all its tasks away, and gives another. */
  void kill() throws Exception {
    run.kill();
  }

  /** Reads a topic of the run from its beginning. */
  <T> TopicReader<T> reader(
      Topic<?> topic, Function<ConsumerRecord<String, GenericRecord>, T> mapping) {
    return run.reader(topic, mapping);
  }

  @Override
  public void close() throws InterruptedException, ExecutionException {
    run.close();
  }
}
