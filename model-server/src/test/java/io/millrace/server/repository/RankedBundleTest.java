package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ProfiledModels;
import io.millrace.server.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles whose ranker, sources or tables do not fit are refused, saying all that differs. */
@SuppressWarnings("NullAway.Init")
class RankedBundleTest {
  @TempDir static Path folder;

  private static int broken;

  /** Breaks a bundle. */
  private interface Breakage {
    void apply(Path bundle, ObjectNode manifest);
  }

  private static Path bundle(Breakage breakage) {
    Path models = TinyModels.copyRankedTo(folder.resolve("broken-" + broken++));
    Path bundle = models.resolve("recommender/1");
    ObjectNode manifest = ProfiledModels.manifest(bundle);
    breakage.apply(bundle, manifest);
    ProfiledModels.write(bundle, manifest);
    return models;
  }

  private static void assertRefused(String message, Breakage breakage) {
    Path models = bundle(breakage);
    assertThatThrownBy(() -> ModelRepository.load(models, TinyModels.defaults(), System::nanoTime))
        .hasMessageContaining(message);
  }

  private static ArrayNode features(ObjectNode manifest) {
    return manifest.withObject("/ranker").withArray("/features");
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void featuresThatTheServerDoesNotComputeAreListed() {
    assertRefused(
        "ranker.features names [dwell_time, weather], which this server does not compute",
        (bundle, json) -> features(json).add("dwell_time").add("weather"));
  }

  @Test
  void aGraphThatTakesAnotherNumberOfFeaturesIsRefused() {
    assertRefused(
        "input 'feature' is FP32 [-1, -1, 21], must be FP32 [-1, -1, 20]",
        (bundle, json) -> features(json).remove(0));
    assertRefused(
        "ranker.features is", (bundle, json) -> features(json).set(1, features(json).get(0)));
  }

  @Test
  void aGraphThatIsNoRankerIsRefusedWithEveryDifference() {
    assertRefused(
        "input 'feature' is missing; input 'candidate' is missing; input 'query' is one too many;",
        (bundle, json) ->
            ProfiledModels.add(
                json, bundle, "ranker.onnx", read(bundle.resolve("retriever.onnx"))));
  }

  @Test
  void whatTheManifestNamesMustBeListedAndKnown() {
    assertRefused(
        "ranker.file is 'other.onnx', which files does not list",
        (bundle, json) -> json.withObject("/ranker").put("file", "other.onnx"));
    assertRefused(
        "sources.transitions.file is 'none', which files does not list",
        (bundle, json) -> json.withObject("/sources/transitions").put("file", "none"));
    assertRefused(
        "sources.horoscope is not a source of this server",
        (bundle, json) -> json.withObject("/sources/horoscope").put("quota", 1));
    assertRefused(
        "sources.popular.quota is -1, must be from 0",
        (bundle, json) -> json.withObject("/sources/popular").put("quota", -1));
    assertRefused(
        "sources.transitions.decay is 1.5, must be from 0",
        (bundle, json) -> json.withObject("/sources/transitions").put("decay", 1.5));
    assertRefused(
        "sources.multi_interest.interests is 0, must be from 1",
        (bundle, json) -> json.withObject("/sources/multi_interest").put("interests", 0));
    assertRefused(
        "sources.fresh.listed is 101, must be from 0",
        (bundle, json) -> json.withObject("/sources/fresh").put("listed", 101));
    assertRefused(
        "sources.fresh.file is 'none', which files does not list",
        (bundle, json) -> json.withObject("/sources/fresh").put("file", "none"));
    assertRefused(
        "ranker.max_history is 0, must be an integer of at least 1",
        (bundle, json) -> json.withObject("/ranker").put("max_history", 0));
    assertRefused(
        "ranker.from_events is -1, must be an integer of at least 0",
        (bundle, json) -> json.withObject("/ranker").put("from_events", -1));
  }

  @Test
  void tablesThatDoNotFitTheVocabularyAreRefused() {
    assertRefused(
        "has 19 items, the vocabulary has 20",
        (bundle, json) -> {
          byte[] table = read(bundle.resolve("transitions.neighbours"));
          table[8] = 19;
          ProfiledModels.add(json, bundle, "transitions.neighbours", table);
        });
  }

  @Test
  void newItemsThatTheVocabularyDoesNotHaveAreRefused() {
    for (String line : new String[] {"item-99\t1", "item-5", "item-5\tyesterday", "\t1"}) {
      assertRefused(
          "fresh.tsv line 2 is not 'id of the vocabulary, tab, seconds'",
          (bundle, json) ->
              ProfiledModels.add(
                  json,
                  bundle,
                  "fresh.tsv",
                  ("item-9\t1\n" + line + "\n").getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void withoutTheRankerTheBundleServesWhatTheRetrieverFinds() {
    Path models = bundle((bundle, json) -> json.remove("ranker"));
    try (ModelRepository loaded =
        ModelRepository.load(models, TinyModels.defaults(), System::nanoTime)) {
      assertThat(loaded.find("recommender", "").description().properties())
          .containsEntry("sources", "retriever")
          .doesNotContainKey("ranker_features");
    }
  }
}
