package io.millrace.server.recommender;

import io.millrace.server.sources.BestItems;
import io.millrace.server.sources.FusionWeights.Weights;
import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.ItemVectors;
import io.millrace.server.sources.KeywordIndex;
import io.millrace.server.sources.Keywords;
import io.millrace.server.sources.Standardised;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the retriever's candidates those of the profile's keywords and of its vector, and ranks
 * the union by a weighted sum of standardised scores. A candidate that the retriever did not return
 * counts there as its last one, which is the most it can be.
 *
 * <p>Costs one pass over the catalogue for a row with a profile, nothing for others. For one thread
 * at a time.
 */
final class SourceFusion {
  private static final int FIRST_ITEM = Vocabulary.FIRST_ITEM;

  private final ItemSources sources;
  private final Standardised keywordScores;
  private final Standardised profileScores;
  private final BestItems best;

  /** For each item the retriever's standardised score, where {@link #retrievedIn} is the row. */
  private final float[] retrieved;

  /** Marks of items, each valid when it equals the number of the row that is being fused. */
  private final int[] retrievedIn;

  private final int[] excludedIn;
  private final int[] candidateIn;
  private final int[] inTop;
  private int[] candidates = new int[0];
  private int count;
  private int rowNumber;

  /** Over a catalogue of so many items. */
  SourceFusion(ItemSources sources, int items) {
    this.sources = sources;
    int scored = sources == ItemSources.NONE ? 0 : items;
    this.keywordScores = new Standardised(sources.keywords() == null ? 0 : scored);
    this.profileScores = new Standardised(sources.vectors() == null ? 0 : scored);
    this.best = new BestItems(sources.order());
    this.retrieved = new float[scored];
    this.retrievedIn = new int[scored];
    this.excludedIn = new int[scored];
    this.candidateIn = new int[scored];
    this.inTop = new int[scored];
  }

  /** Whether anything but the retriever has a say in a row's list. */
  boolean concerns(RecommendRow row) {
    if (sources == ItemSources.NONE) {
      return false;
    }
    Weights weights = sources.weights().of(row.sources().items().length);
    return (row.sources().keywords() != null && weights.keywords() > 0)
        || (row.sources().profile() != null && sources.vectors() != null && weights.profile() > 0);
  }

  /**
   * Replaces a row's list.
   *
   * @param lists with all candidates that the retriever has for the row
   */
  void fuse(RecommendRow row, RankedLists lists, int at) {
    int found = lists.found(at);
    if (found == 0 || !areItems(lists, at, found)) {
      return;
    }
    nextRow();
    Weights weights = sources.weights().of(row.sources().items().length);
    score(row, weights);
    float floor = standardise(lists, at, found, row.k());
    for (int excluded : row.sources().excluded()) {
      excludedIn[excluded] = rowNumber;
    }
    bring(keywordScores, null);
    bring(profileScores, sources.vectors());
    rank(row, lists, at, weights, floor);
  }

  /** Whether the graph returned nothing else; who writes the list says so where it did. */
  private boolean areItems(RankedLists lists, int at, int found) {
    for (int place = 0; place < found; place++) {
      int item = lists.item(at, place) - FIRST_ITEM;
      if (item < 0 || item >= retrieved.length) {
        return false;
      }
    }
    return true;
  }

  private void nextRow() {
    rowNumber++;
    if (rowNumber == Integer.MAX_VALUE) {
      rowNumber = 1;
      Arrays.fill(retrievedIn, 0);
      Arrays.fill(excludedIn, 0);
      Arrays.fill(candidateIn, 0);
      Arrays.fill(inTop, 0);
    }
    count = 0;
  }

  private void score(RecommendRow row, Weights weights) {
    keywordScores.off();
    KeywordIndex index = sources.keywords();
    Keywords keywords = row.sources().keywords();
    if (index != null && keywords != null && weights.keywords() > 0) {
      Arrays.fill(keywordScores.raw(), 0f);
      index.addScores(keywords, keywordScores.raw());
      keywordScores.standardise(false);
    }
    profileScores.off();
    ItemVectors vectors = sources.vectors();
    FloatBuffer profile = row.sources().profile();
    if (vectors != null && profile != null && weights.profile() > 0) {
      vectors.cosines(profile, profileScores.raw());
      profileScores.standardise(true);
    }
  }

  /** Takes in the retriever's candidates; gives the score of items that are not among them. */
  private float standardise(RankedLists lists, int at, int found, int k) {
    double sum = 0;
    double squares = 0;
    for (int place = 0; place < found; place++) {
      double score = lists.score(at, place);
      sum += score;
      squares += score * score;
    }
    double mean = sum / found;
    double deviation = Math.sqrt(Math.max(0, squares / found - mean * mean));
    double scale = deviation > 1e-9 ? 1 / deviation : 0;
    for (int place = 0; place < found; place++) {
      int item = lists.item(at, place) - FIRST_ITEM;
      retrievedIn[item] = rowNumber;
      retrieved[item] = (float) ((lists.score(at, place) - mean) * scale);
      inTop[item] = place < k ? rowNumber : 0;
      take(item);
    }
    return (float) ((lists.score(at, found - 1) - mean) * scale);
  }

  private void take(int item) {
    if (candidateIn[item] != rowNumber) {
      candidateIn[item] = rowNumber;
      if (count == candidates.length) {
        candidates = Arrays.copyOf(candidates, Math.max(256, 2 * count));
      }
      candidates[count++] = item;
    }
  }

  /** Takes in the best items of those that a source speaks for. */
  private void bring(Standardised source, @Nullable ItemVectors vectors) {
    if (!source.isOn()) {
      return;
    }
    best.clear(sources.weights().candidates());
    float[] scores = source.raw();
    for (int item = 0; item < scores.length; item++) {
      if (scores[item] > 0
          && excludedIn[item] != rowNumber
          && (vectors == null || vectors.has(item))) {
        best.offer(item, scores[item]);
      }
    }
    for (int place = 0; place < best.size(); place++) {
      take(best.item(place));
    }
  }

  private void rank(RecommendRow row, RankedLists lists, int at, Weights weights, float floor) {
    best.clear(row.k());
    for (int i = 0; i < count; i++) {
      best.offer(candidates[i], fused(candidates[i], weights, floor));
    }
    best.sort();
    lists.startFused(at);
    for (int place = 0; place < best.size(); place++) {
      int item = best.item(place);
      lists.addFused(
          at,
          item + FIRST_ITEM,
          fused(item, weights, floor),
          source(item, weights),
          match(row, item));
    }
  }

  private float fused(int item, Weights weights, float floor) {
    return (retrievedIn[item] == rowNumber ? retrieved[item] : floor)
        + weights.keywords() * keywordScores.of(item)
        + weights.profile() * profileScores.of(item);
  }

  /**
   * The retriever where its own list would have had the item, or nothing else speaks for it; else
   * what lifted it most.
   */
  private Source source(int item, Weights weights) {
    float keywords = weights.keywords() * keywordScores.of(item);
    float profile = weights.profile() * profileScores.of(item);
    if (inTop[item] == rowNumber || (keywords <= 0 && profile <= 0)) {
      return Source.RETRIEVER;
    }
    return keywords >= profile ? Source.KEYWORDS : Source.PROFILE;
  }

  private int match(RecommendRow row, int item) {
    KeywordIndex index = sources.keywords();
    Keywords keywords = row.sources().keywords();
    return index == null || keywords == null ? -1 : index.bestMatch(keywords, item);
  }
}
