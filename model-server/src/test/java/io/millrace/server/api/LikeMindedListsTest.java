package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ProfiledModels;
import io.millrace.server.TinyModels;
import io.millrace.server.repository.ModelRepository;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists for somebody of whom nothing but words is known, based on what the like-minded like. */
@SuppressWarnings("NullAway.Init")
class LikeMindedListsTest {
  private static final String FILE = "like-minded.table";
  private static final String TERM = "kind 4";

  /** Liked by those who say the term, and by few others. */
  private static final int LIFTED = 17;

  @TempDir static Path folder;

  @RegisterExtension
  static final ServedTinyModels SERVED = new ServedTinyModels(() -> models("liked"));

  /** The first items are liked most; every item but the last was met. */
  private static Path models(String name) {
    Path models = ProfiledModels.in(folder.resolve(name));
    Path bundle = models.resolve("recommender/1");
    ObjectNode json = ProfiledModels.manifest(bundle);
    ((ObjectNode) json.at("/fusion/steps/0"))
        .put("base", "like_minded")
        .put("keywords", 0)
        .put("profile", 0);
    StringBuilder popular = new StringBuilder();
    for (int item = 0; item < ProfiledModels.ITEMS - 1; item++) {
      popular.append("item-").append(item + 3).append("\t1\n");
    }
    ProfiledModels.add(
        json, bundle, "popular.tsv", popular.toString().getBytes(StandardCharsets.UTF_8));
    ProfiledModels.add(json, bundle, FILE, table());
    ProfiledModels.write(bundle, json);
    return models;
  }

  private static byte[] table() {
    byte[] term = TERM.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(20 + term.length + 2 * ProfiledModels.ITEMS * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {'M', 'R', 'L', 'M'}).putInt(1).putInt(ProfiledModels.ITEMS).putInt(1);
    bytes.putInt(term.length).put(term);
    for (int item = 0; item < ProfiledModels.ITEMS; item++) {
      bytes.putFloat(-item - 1);
    }
    for (int item = 0; item < ProfiledModels.ITEMS; item++) {
      bytes.putFloat(item == LIFTED ? 16.5f : 0);
    }
    return bytes.array();
  }

  private static WireAnswer list(WireRequest request) {
    return SERVED.infer(request.ints("k", 3));
  }

  @Test
  void whoSaysSomethingGetsWhatOthersLikeWhoSaidIt() {
    WireAnswer answer =
        list(
            WireRequest.recommendFor()
                .strings("keyword", "Kinds 4", "opera")
                .floats("keyword_weight", 1, 1));
    assertThat(answer.strings("item_id")).isEqualTo(ids(0, LIFTED, 1));
    assertThat(answer.strings("source")).containsOnly("like_minded");
  }

  @Test
  void whoRefusesItGetsTheRest() {
    WireAnswer answer =
        list(WireRequest.recommendFor().strings("keyword", TERM).floats("keyword_weight", -1));
    assertThat(answer.strings("item_id")).isEqualTo(ids(0, 1, 2));
  }

  @Test
  void whoSaysNothingGetsWhatEverybodyLikesButWhatIsExcluded() {
    WireAnswer answer = list(WireRequest.recommendFor().strings("exclude_id", "item-3"));
    assertThat(answer.strings("item_id")).isEqualTo(ids(1, 2, 3));
  }

  @Test
  void whoHasDoneSomethingGetsTheRetrieversList() {
    WireAnswer answer = list(WireRequest.recommendFor("item-4", "item-5"));
    assertThat(answer.strings("source")).containsOnly("retriever");
  }

  @Test
  void aBundleWithoutTheTableIsRefused() {
    Path models = models("without");
    Path bundle = models.resolve("recommender/1");
    ObjectNode json = ProfiledModels.manifest(bundle);
    json.withObject("/files").remove(FILE);
    ProfiledModels.write(bundle, json);
    assertThatThrownBy(() -> ModelRepository.load(models, TinyModels.defaults(), System::nanoTime))
        .hasMessageContaining("the table of the base like_minded is 'like-minded.table'");
  }

  private static List<String> ids(int... items) {
    return Arrays.stream(items).mapToObj(item -> "item-" + (item + 3)).toList();
  }
}
