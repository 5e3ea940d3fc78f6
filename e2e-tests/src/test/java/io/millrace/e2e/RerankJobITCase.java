package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.e2e.PickingEndpoint.Fault;
import io.millrace.flink.config.RerankJobSettings;
import io.millrace.flink.jobs.RerankEdges;
import io.millrace.flink.jobs.RerankJob;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Item;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Lists are looked over once, however often the job is killed and its model misbehaves. */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class RerankJobITCase {
  private static final int USERS = 12;
  private static final int QUESTIONS = 2;
  private static final List<String> ITEMS = List.of("Fargo", "Heat", "Big", "Alien", "Babe");
  private static final List<String> NAMES =
      IntStream.range(0, USERS).mapToObj(user -> "user-" + user).toList();

  private final Endpoints endpoints;

  RerankJobITCase(RunningPlatform running) {
    endpoints = running.endpoints();
  }

  /** What was found in a list; without one where it is removed. */
  private record Found(String user, String list, List<?> scores) {
    static Found of(String user, @Nullable GenericRecord record) {
      return record == null
          ? new Found(user, "", List.of())
          : new Found(
              user,
              record.get("recommendationId").toString(),
              List.copyOf((List<?>) record.get("scores")));
    }

    String state() {
      return user + (list.isEmpty() ? " removed" : " " + list);
    }
  }

  private static void publish(JobRun run, String user, String list, long eventTime) {
    run.publish(
        Topics.RERANK_QUESTIONS,
        user,
        new RerankQuestion(
            list,
            user,
            "",
            List.of("Fargo", "Heat"),
            List.of(user),
            Stream.of("Big", "Alien", "Babe").map(id -> new RerankCandidate(id, 1f)).toList(),
            Instant.ofEpochMilli(eventTime),
            Instant.now()));
  }

  private static List<String> found(String list) {
    return NAMES.stream().map(user -> user + " " + list).toList();
  }

  @Test
  void eachListIsLookedOverOnceWhateverIsKilled(@TempDir Path checkpoints) throws Exception {
    try (PickingEndpoint model = new PickingEndpoint()) {
      Map<String, String> options = JobRun.options(endpoints, model, "rerank-", checkpoints);
      options.put("millrace.rerank.offer-again", "1 s");
      options.put("millrace.language-model.attempts", "1");
      RerankJobSettings settings = RerankJobSettings.from(Configuration.fromMap(options));
      RerankJob.prepare(settings);
      try (JobRun run =
              new JobRun(
                  endpoints,
                  settings.journaled(),
                  List.of(Topics.ITEMS, Topics.RERANK_QUESTIONS, Topics.ERASURES));
          TopicReader<Found> found =
              run.reader(
                  Topics.RERANKED_CANDIDATES, record -> Found.of(record.key(), record.value()));
          TopicReader<String> journal =
              run.reader(
                  Topics.RERANK_ANSWERS,
                  record ->
                      record.value() == null
                          ? record.key() + " removed"
                          : record.value().get("answerId").toString())) {
        run.submit(env -> RerankJob.build(env, settings, RerankEdges.of(settings)));
        for (String item : ITEMS) {
          run.publish(
              Topics.ITEMS,
              item,
              Item.newBuilder().setItemId(item).setTitle(item).setUpdatedAt(Instant.EPOCH).build());
        }
        for (String user : NAMES) {
          publish(run, user, "list-1", 1000);
          if (user.endsWith("3") || user.endsWith("7")) {
            run.kill();
          }
        }
        found.await(found("list-1"), Found::state);
        run.kill();
        model.misbehave(Fault.GONE);
        NAMES.forEach(user -> publish(run, user, "list-1", 1000));
        NAMES.forEach(user -> publish(run, user, "list-2", 2000));
        Awaitility.await("a question that meets the fault")
            .atMost(TopicReader.LIMIT)
            .until(() -> model.wronged() > 0);
        model.behave();
        found.await(found("list-2"), Found::state);

        run.publish(
            Topics.ERASURES, "user-0", new Erasure("x", "user-0", Instant.ofEpochMilli(2000)));
        found.await(List.of("user-0 removed"), Found::state);
        journal.await(List.of("user-0/1 removed", "user-0/2 removed"), each -> each);
        found.drain();

        assertThat(found.all(each -> !each.list().isEmpty()))
            .allSatisfy(each -> assertThat(each.scores()).hasSize(3));
        assertThat(found.all(each -> each.user().equals("user-7")).stream().distinct())
            .as("the same whenever it was answered")
            .extracting(Found::state)
            .containsExactly("user-7 list-1", "user-7 list-2");
        assertThat(journal.all(each -> !each.endsWith(" removed")))
            .as("an answer that is in the journal is not asked for again")
            .doesNotHaveDuplicates()
            .hasSizeGreaterThanOrEqualTo(QUESTIONS * USERS);
      }
    }
  }
}
