package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ProfiledModels;
import io.millrace.server.TinyModels;
import io.millrace.server.repository.ModelRepository;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists for nobody in particular, by a bundle that bases them on what is popular. */
@SuppressWarnings("NullAway.Init")
class BaseOfListsTest {
  @TempDir static Path folder;

  @RegisterExtension
  static final ServedTinyModels SERVED = new ServedTinyModels(() -> models("served", "popular", 2));

  private static Path models(String name, String base, int quota) {
    Path models = ProfiledModels.in(folder.resolve(name));
    Path bundle = models.resolve("recommender/1");
    ObjectNode manifest = ProfiledModels.manifest(bundle);
    manifest.withObject("/fusion/steps/0").put("base", base);
    manifest.withArray("/fusion/steps").remove(1);
    manifest
        .withArray("/fusion/steps")
        .addObject()
        .put("from_events", 1)
        .put("keywords", 1)
        .put("profile", 1);
    manifest.withObject("/sources/popular").put("quota", quota);
    ProfiledModels.write(bundle, manifest);
    return models;
  }

  @Test
  void whoDidNothingGetsWhatIsPopular() {
    WireAnswer answer = SERVED.infer(WireRequest.recommendFor());
    assertThat(answer.strings("item_id").subList(0, 2)).containsExactly("item-3", "item-4");
    assertThat(answer.strings("source").subList(0, 2)).containsOnly("popular");
    assertThat(answer.strings("item_id")).hasSize(10).doesNotHaveDuplicates();
    assertThat(answer.strings("source").subList(2, 10)).containsOnly("retriever");
  }

  @Test
  void whatIsExcludedIsNotThere() {
    WireAnswer answer =
        SERVED.infer(WireRequest.recommendFor().strings("exclude_id", "item-3", "item-4"));
    assertThat(answer.strings("item_id")).hasSize(10).doesNotContain("item-3", "item-4");
  }

  @Test
  void statementsLiftWhatTheyName() {
    WireAnswer answer =
        SERVED.infer(
            WireRequest.recommendFor().strings("keyword", "kind 2").floats("keyword_weight", 1));
    assertThat(answer.strings("item_id")).contains("item-5", "item-10", "item-15");
    assertThat(answer.strings("source")).contains("keywords", "popular");
  }

  @Test
  void whoDidSomethingGetsTheRetrieversList() {
    assertThat(SERVED.infer(WireRequest.recommendFor("item-4")).strings("source"))
        .containsOnly("retriever");
  }

  @Test
  void basesThatNothingBringsAreRefused() {
    assertRefused(
        "fusion.steps[0].base is \"horoscope\", must be one of [retriever, popular, like_minded]",
        models("unknown", "horoscope", 2));
    assertRefused(
        "fusion bases lists on popular items, but sources.popular brings none",
        models("without", "popular", 0));
  }

  private static void assertRefused(String message, Path models) {
    assertThatThrownBy(() -> ModelRepository.load(models, TinyModels.defaults(), System::nanoTime))
        .hasMessageContaining(message);
  }
}
