package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.ProfiledModels;
import io.millrace.server.TinyModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists of a bundle that has places for new items, beside those of one that has none. */
@SuppressWarnings("NullAway.Init")
class FreshListsTest {
  private static final int K = 4;

  @TempDir static Path folder;

  @RegisterExtension
  static final ServedTinyModels SERVED = new ServedTinyModels(() -> models("places", 2));

  @RegisterExtension
  static final ServedTinyModels PLAIN = new ServedTinyModels(() -> models("plain", 0));

  private static Path models(String name, int listed) {
    Path models = TinyModels.copyRankedTo(folder.resolve(name));
    Path bundle = models.resolve("recommender/1");
    ObjectNode manifest = ProfiledModels.manifest(bundle);
    manifest.withObject("/sources/fresh").put("listed", listed).put("quota", 5);
    ProfiledModels.write(bundle, manifest);
    return models;
  }

  private static WireRequest request(int k) {
    return WireRequest.recommendFor("item-4", "item-10").ints("k", k);
  }

  @Test
  void theLastPlacesAreForNewItemsThatTheRankerLeftOut() {
    WireAnswer plain = PLAIN.infer(request(K));
    WireAnswer places = SERVED.infer(request(K));
    assertThat(plain.strings("item_id")).containsExactly("item-19", "item-6", "item-14", "item-11");
    assertThat(places.strings("item_id")).containsExactly("item-19", "item-6", "item-17", "item-5");
    assertThat(places.strings("source").subList(2, K)).containsOnly("fresh");
    assertThat(places.floats("score").get(2)).isGreaterThanOrEqualTo(places.floats("score").get(3));
    assertThat(places.floats("score").get(1)).isGreaterThan(places.floats("score").get(2));
  }

  @Test
  void newItemsThatAreExcludedAreNotThere() {
    WireAnswer places = SERVED.infer(request(K).strings("exclude_id", "item-17"));
    assertThat(places.strings("item_id")).endsWith("item-5", "item-21");
  }

  @Test
  void atMostHalfOfAListIsKeptForThem() {
    assertThat(SERVED.infer(request(3)).strings("item_id"))
        .containsExactly("item-19", "item-6", "item-17");
    assertThat(SERVED.infer(request(1)).strings("item_id")).containsExactly("item-19");
  }

  @Test
  void placesHoldBesideDiversity() {
    WireAnswer places = SERVED.infer(request(K).floats("diversity", 0.5f));
    assertThat(newItems(places.strings("item_id"))).isGreaterThanOrEqualTo(2);
    assertThat(places.strings("item_id")).hasSize(K).doesNotHaveDuplicates();
  }

  /** Every fourth item is new: 5, 9, 13, 17 and 21. */
  private static long newItems(List<String> ids) {
    return ids.stream().filter(id -> Integer.parseInt(id.substring(5)) % 4 == 1).count();
  }
}
