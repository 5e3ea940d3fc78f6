package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.millrace.server.ProfiledModels;
import io.millrace.server.TinyModels;
import io.millrace.server.TinyRetriever;
import io.millrace.server.TinyRetriever.Scored;
import io.millrace.server.repository.ModelRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists that a profile has a say in, compared with a naive computation. */
@SuppressWarnings("NullAway.Init")
class ProfileListsTest {
  private static final int FIRST = 3;
  private static final int DIMS = 384;
  private static final String[] NAMES = {"kind 0", "kind 1", "kind 2", "kind 3", "kind 4", "even"};

  @TempDir static Path folder;

  @RegisterExtension
  static final ServedTinyModels SERVED =
      new ServedTinyModels(() -> ProfiledModels.in(folder.resolve("profiled")));

  /** One user's inputs; items and exclusions are indices. */
  private record User(
      int[] items, Set<Integer> excluded, float[] likes, float @Nullable [] profile, int k) {
    WireRequest request() {
      WireRequest request =
          WireRequest.recommendFor(ids(items))
              .strings("exclude_id", ids(excluded.stream().mapToInt(i -> i).toArray()))
              .ints("k", k)
              .strings("keyword", NAMES)
              .floats("keyword_weight", likes);
      if (profile != null) {
        request.floats("profile", profile);
      }
      return request;
    }
  }

  private static String[] ids(int[] indices) {
    return Arrays.stream(indices).mapToObj(i -> "item-" + i).toArray(String[]::new);
  }

  /** An item of a list. */
  private record Placed(int item, double score, String source, int match) {}

  private static boolean has(int item, int keyword) {
    return item < ProfiledModels.ITEMS - 1 && (keyword == 5 ? item % 2 == 0 : item % 5 == keyword);
  }

  private static double rarity(int keyword) {
    long having = IntStream.range(0, ProfiledModels.ITEMS).filter(i -> has(i, keyword)).count();
    return Math.log((ProfiledModels.ITEMS - 1.0) / having);
  }

  private static double[] scaled(double[] scores, boolean centre) {
    double mean = Arrays.stream(scores).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).average().orElseThrow());
    return Arrays.stream(scores)
        .map(s -> deviation < 1e-9 ? 0 : (s - (centre ? mean : 0)) / deviation)
        .toArray();
  }

  private static List<Integer> best(double[] scores, User user, boolean vector) {
    return IntStream.range(0, ProfiledModels.ITEMS)
        .boxed()
        .filter(i -> scores[i] > 1e-12 && !user.excluded().contains(i + FIRST))
        .filter(i -> !vector || i < ProfiledModels.ITEMS - 1)
        .sorted((a, b) -> compare(scores[a], a, scores[b], b))
        .limit(ProfiledModels.CANDIDATES)
        .toList();
  }

  /** Items 0 and 1 are the popular ones, in this order; so ties go by number. */
  private static int compare(double a, int itemA, double b, int itemB) {
    return Math.abs(a - b) > 1e-6 ? Double.compare(b, a) : Integer.compare(itemA, itemB);
  }

  private static List<Placed> expected(User user) {
    float[] profile = user.profile() == null ? new float[0] : user.profile();
    int n = user.items().length;
    List<Scored> retrieved =
        TinyRetriever.list(
            user.items(), new int[n], new float[n], user.excluded(), profile, new float[0]);
    double[] zs = scaled(retrieved.stream().mapToDouble(Scored::score).toArray(), true);
    double[] byKeywords = new double[ProfiledModels.ITEMS];
    double[] byProfile = new double[ProfiledModels.ITEMS];
    for (int item = 0; item < ProfiledModels.ITEMS; item++) {
      for (int keyword = 0; keyword < NAMES.length; keyword++) {
        byKeywords[item] += has(item, keyword) ? user.likes()[keyword] * rarity(keyword) : 0;
      }
      byProfile[item] =
          user.profile() == null || item == ProfiledModels.ITEMS - 1
              ? 0
              : profile[item % 4] / norm(profile);
    }
    double[] keywords = scaled(byKeywords, false);
    double[] cosines = scaled(byProfile, true);
    double[] weights = ProfiledModels.WEIGHTS[n < ProfiledModels.SECOND_FROM ? 0 : 1];
    Set<Integer> candidates = new HashSet<>(best(keywords, user, false));
    candidates.addAll(best(cosines, user, true));
    retrieved.forEach(scored -> candidates.add(scored.index() - FIRST));
    List<Placed> all = new ArrayList<>();
    for (int item : candidates) {
      int place = retrieved.stream().map(Scored::index).toList().indexOf(item + FIRST);
      double lift = weights[0] * keywords[item];
      double pull = weights[1] * cosines[item];
      boolean own = place >= 0 && place < user.k() || (lift <= 0 && pull <= 0);
      all.add(
          new Placed(
              item + FIRST,
              zs[place < 0 ? zs.length - 1 : place] + lift + pull,
              own ? "retriever" : lift >= pull ? "keywords" : "profile",
              match(user, item)));
    }
    all.sort((a, b) -> compare(a.score(), a.item(), b.score(), b.item()));
    return all.subList(0, Math.min(user.k(), all.size()));
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  private static int match(User user, int item) {
    int best = -1;
    for (int keyword = 0; keyword < NAMES.length; keyword++) {
      double share = has(item, keyword) ? user.likes()[keyword] * rarity(keyword) : 0;
      if (share > (best < 0 ? 0 : user.likes()[best] * rarity(best))) {
        best = keyword;
      }
    }
    return best;
  }

  private static void assertList(User user) {
    WireAnswer answer = SERVED.infer(user.request());
    List<Placed> expected = expected(user);
    assertThat(answer.strings("item_id"))
        .containsExactlyElementsOf(expected.stream().map(p -> "item-" + p.item()).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) answer.floats("score").get(i))
          .isCloseTo(expected.get(i).score(), within(1e-4));
    }
    assertThat(answer.strings("source"))
        .containsExactlyElementsOf(expected.stream().map(Placed::source).toList());
    assertThat(answer.ints("matched_keyword"))
        .containsExactlyElementsOf(expected.stream().map(Placed::match).toList());
    assertThat(answer.message().getParametersMap()).doesNotContainKey("ignored_inputs");
  }

  @Test
  void listsAreTheNaiveOnesForManyUsers() {
    Random random = new Random(11);
    Set<String> sources = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      float[] likes = new float[NAMES.length];
      for (int j = 0; j < likes.length; j++) {
        likes[j] = random.nextInt(3) == 0 ? random.nextFloat() * 2 - 1 : 0;
      }
      float[] profile = new float[DIMS];
      for (int j = 0; j < 4; j++) {
        profile[j] = random.nextInt(65) / 64f - 0.5f;
      }
      profile[9] = 0.5f;
      User user =
          new User(
              random.ints(random.nextInt(5), 3, 23).toArray(),
              new HashSet<>(random.ints(random.nextInt(6), 3, 23).boxed().toList()),
              likes,
              random.nextBoolean() ? profile : null,
              1 + random.nextInt(12));
      assertList(user);
      expected(user).forEach(placed -> sources.add(placed.source()));
    }
    assertThat(sources).containsExactlyInAnyOrder("retriever", "keywords", "profile");
  }

  @Test
  void statementsAloneGiveAList() {
    float[] likes = {0, 0, 0, 0, 1, 0};
    WireAnswer answer = SERVED.infer(new User(new int[0], Set.of(), likes, null, 4).request());
    assertThat(answer.strings("item_id")).contains("item-7", "item-12", "item-17");
    assertThat(answer.ints("matched_keyword")).contains(4);
  }

  @Test
  void rowsWithoutAProfileAreTheRetrieversBesideRowsWithOne() {
    WireRequest request =
        new WireRequest("recommender")
            .strings(2, "item_id", "item-4", "item-4")
            .ints(2, "event_type", 0, 0)
            .floats(2, "age_s", 0, 0)
            .strings(2, "keyword", "", "kind 4")
            .floats(2, "keyword_weight", Float.NaN, 1);
    WireAnswer answer = SERVED.infer(request);
    assertThat(answer.strings("item_id").subList(0, 10))
        .isEqualTo(SERVED.infer(WireRequest.recommendFor("item-4")).strings("item_id"))
        .isNotEqualTo(answer.strings("item_id").subList(10, 20));
    assertThat(answer.strings("source").subList(0, 10)).containsOnly("retriever");
    assertThat(answer.ints("matched_keyword").subList(0, 10)).containsOnly(-1);
  }

  @Test
  void keywordsThatTheCatalogueDoesNotKnowChangeNothing() {
    WireAnswer without = SERVED.infer(WireRequest.recommendFor("item-4"));
    WireAnswer with =
        SERVED.infer(
            WireRequest.recommendFor("item-4")
                .strings("keyword", "opera", "…")
                .floats("keyword_weight", 1, -1));
    assertThat(with.strings("item_id")).isEqualTo(without.strings("item_id"));
    assertThat(with.floats("score")).isEqualTo(without.floats("score"));
  }

  @Test
  void whatAreNoKeywordsIsRefused() {
    assertInvalid("'keyword' is given without 'keyword_weight'", with("a").strings("keyword", "a"));
    assertInvalid(
        "'keyword_weight' is given without 'keyword'", with("a").floats("keyword_weight", 1));
    assertInvalid(
        "'keyword_weight' has shape [1, 2], 'keyword' has [1, 1]", keywords(1, 2, "drama"));
    assertInvalid("'keyword_weight' element 0 is NaN", keywords(Float.NaN, 1, "drama"));
    assertInvalid("element 0 is Infinity", keywords(Float.POSITIVE_INFINITY, 1, "drama"));
    assertInvalid("element 0 is 1001.0", keywords(1001, 1, "drama"));
    String[] many = IntStream.range(0, 65).mapToObj(i -> "k" + i).toArray(String[]::new);
    assertInvalid("has 65 keywords a row; 64 are the most", keywords(1, 65, many));
    assertInvalid("element 0 has 257 bytes; 256 are the most", keywords(1, 1, "x".repeat(257)));
    byte[] broken = {'i', (byte) 0xc3, (byte) 0x28};
    assertInvalid(
        "'keyword' element 0 is not UTF-8",
        with("a")
            .raw("keyword", "BYTES", WireRequest.element(broken), 1, 1)
            .floats("keyword_weight", 1));
    assertInvalid(
        "'keyword' has 2 rows, 'item_id' has 1",
        with("a").strings(2, "keyword", "a", "b").floats(2, "keyword_weight", 1, 1));
  }

  private static WireRequest with(String id) {
    return WireRequest.recommendFor(id);
  }

  private static WireRequest keywords(float weight, int weights, String... keywords) {
    float[] all = new float[weights];
    Arrays.fill(all, weight);
    return with("item-4").strings("keyword", keywords).floats("keyword_weight", all);
  }

  private static void assertInvalid(String message, WireRequest request) {
    StatusRuntimeException refusal = SERVED.refusal(request);
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal).hasMessageContaining("model 'recommender'").hasMessageContaining(message);
  }

  @Test
  void bundlesThatContradictThemselvesAreRefused() {
    assertUnloadable(
        "fusion.steps[0].keywords is -1", (bundle, json) -> step(json, 0).put("keywords", -1));
    assertUnloadable(
        "fusion.steps[0].from_events is 1, must be 0",
        (bundle, json) -> step(json, 0).put("from_events", 1));
    assertUnloadable(
        "fusion.steps[1].from_events is 0, must be an integer of at least 1",
        (bundle, json) -> step(json, 1).put("from_events", 0));
    assertUnloadable(
        "fusion.steps is empty", (bundle, json) -> json.withObject("/fusion").putArray("steps"));
    assertUnloadable(
        "fusion.candidates is 0",
        (bundle, json) -> json.withObject("/fusion").put("candidates", 0));
    assertUnloadable(
        "items.tsv has 1 lines, the vocabulary has 20 items",
        (bundle, json) -> ProfiledModels.add(json, bundle, "items.tsv", new byte[] {'a', '\t'}));
    assertUnloadable(
        "items.tsv line 1 is not 'title, tab, attributes'",
        (bundle, json) ->
            ProfiledModels.add(
                json,
                bundle,
                "items.tsv",
                "title\n".repeat(20).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void aSourceWhoseFileIsMissingIsOff() {
    Path models = ProfiledModels.in(folder.resolve("without-texts"));
    Path bundle = models.resolve("recommender/1");
    ObjectNode manifest = ProfiledModels.manifest(bundle);
    manifest.withObject("/files").remove("items.tsv");
    ProfiledModels.write(bundle, manifest);
    try (ModelRepository loaded =
        ModelRepository.load(models, TinyModels.defaults(), System::nanoTime)) {
      assertThat(loaded.find("recommender", "").description().properties())
          .containsEntry("sources", "retriever,profile");
    }
  }

  private static ObjectNode step(ObjectNode manifest, int step) {
    return (ObjectNode) manifest.at("/fusion/steps/" + step);
  }

  /** Breaks a bundle. */
  private interface Breakage {
    void apply(Path bundle, ObjectNode manifest);
  }

  private static int broken;

  private static void assertUnloadable(String message, Breakage breakage) {
    Path models = ProfiledModels.in(folder.resolve("broken-" + broken++));
    Path bundle = models.resolve("recommender/1");
    ObjectNode manifest = ProfiledModels.manifest(bundle);
    breakage.apply(bundle, manifest);
    ProfiledModels.write(bundle, manifest);
    assertThatThrownBy(() -> ModelRepository.load(models, TinyModels.defaults(), System::nanoTime))
        .hasMessageContaining(message);
  }
}
