package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.config.CatalogueJobSettings;
import io.millrace.flink.jobs.CatalogueEdges;
import io.millrace.flink.jobs.CatalogueJob;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Item;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Items are written about once for each version of them, however often the job is killed. */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class CatalogueJobITCase {
  private static final int ITEMS = 12;

  /** Of each item: what it is, and for whom. */
  private static final int QUESTIONS = 2;

  private static final List<String> NAMES =
      IntStream.range(0, ITEMS).mapToObj(item -> "item-" + item).toList();

  private final Endpoints endpoints;

  CatalogueJobITCase(RunningPlatform running) {
    endpoints = running.endpoints();
  }

  /** A record of what is known of an item; without a text where it is removed. */
  private record Knowledge(String item, String version, List<?> texts, boolean hasVector) {
    static Knowledge of(String item, @Nullable GenericRecord record) {
      return record == null
          ? new Knowledge(item, "", List.of(), false)
          : new Knowledge(
              item,
              record.get("itemVersion").toString(),
              List.copyOf((List<?>) record.get("texts")),
              record.get("vector") != null);
    }

    String state() {
      return item + (texts.isEmpty() ? " removed" : " written");
    }
  }

  private static void publish(JobRun run, String item, String title) {
    run.publish(
        Topics.ITEMS,
        item,
        Item.newBuilder()
            .setItemId(item)
            .setTitle(title)
            .setAttributes(Map.of("genre", List.of("Drama")))
            .setUpdatedAt(Instant.EPOCH)
            .build());
  }

  private static List<String> written(List<String> items) {
    return items.stream().map(item -> item + " written").toList();
  }

  @Test
  void eachVersionIsWrittenAboutOnceWhateverIsKilled(@TempDir Path checkpoints) throws Exception {
    try (PickingEndpoint model = new PickingEndpoint()) {
      Map<String, String> options = JobRun.options(endpoints, model, "catalogue-", checkpoints);
      options.put("millrace.catalogue.offer-again", "1 s");
      CatalogueJobSettings settings = CatalogueJobSettings.from(Configuration.fromMap(options));
      CatalogueJob.prepare(settings);
      try (JobRun run = new JobRun(endpoints, settings.journaled(), List.of(Topics.ITEMS));
          TopicReader<Knowledge> knowledge =
              run.reader(
                  Topics.ITEM_KNOWLEDGE, record -> Knowledge.of(record.key(), record.value()));
          TopicReader<String> journal =
              run.reader(
                  Topics.ITEM_ANSWERS,
                  record ->
                      record.value() == null
                          ? record.key() + " removed"
                          : record.value().get("answerId").toString())) {
        run.submit(env -> CatalogueJob.build(env, settings, CatalogueEdges.of(settings)));
        for (String item : NAMES) {
          publish(run, item, "Film of " + item);
          if (item.endsWith("5") || item.endsWith("8")) {
            run.kill();
          }
        }
        knowledge.await(written(NAMES), Knowledge::state);
        int asked = model.questions().size();

        run.kill();
        NAMES.forEach(item -> publish(run, item, "Film of " + item));
        publish(run, "later", "A later film");
        knowledge.await(List.of("later written"), Knowledge::state);

        assertThat(model.questions().subList(asked, model.questions().size()))
            .as("what came again unchanged, after a kill, is not asked about")
            .allSatisfy(question -> assertThat(question).contains("A later film"));

        List<String> first =
            knowledge.all(each -> each.item().equals("item-0")).stream()
                .map(Knowledge::version)
                .toList();
        publish(run, "item-0", "Film of item-0, the director's cut");
        run.publish(Topics.ITEMS, "item-1", null);
        knowledge.await(
            List.of("item-0 written", "item-1 removed"),
            each -> first.contains(each.version()) ? "" : each.state());
        journal.drain();

        assertThat(knowledge.all(each -> !each.texts().isEmpty()))
            .allSatisfy(each -> assertThat(each.texts()).hasSize(QUESTIONS))
            .allSatisfy(each -> assertThat(each.hasVector()).isTrue());
        assertThat(knowledge.all(each -> each.item().equals("item-0")).stream().distinct())
            .as("one for each version")
            .hasSize(2);
        assertThat(knowledge.all(each -> each.item().equals("item-7")).stream().distinct())
            .hasSize(1);
        List<String> answers = journal.all(each -> !each.endsWith(" removed"));
        assertThat(answers)
            .as("an answer that is in the journal is not asked for again")
            .doesNotHaveDuplicates()
            .hasSize(QUESTIONS * (ITEMS + 2));
        assertThat(journal.all(each -> each.endsWith(" removed")))
            .contains("item-1/1 removed", "item-1/2 removed");
      }
    }
  }
}
