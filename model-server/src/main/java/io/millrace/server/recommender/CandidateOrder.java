package io.millrace.server.recommender;

import io.millrace.server.sources.BestItems;
import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.FusionWeights;
import io.millrace.server.sources.FusionWeights.Weights;
import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.KeywordIndex;
import io.millrace.server.sources.Keywords;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceRow;
import java.util.Arrays;

/**
 * Makes a list of a row's candidates. Without a ranker it orders those of the retriever (or the
 * popular ones or those that the like-minded like, where the bundle bases such lists on these), of
 * the profile's keywords and of its vector by a weighted sum of standardised scores; with one, all
 * of them by its scores. Where a ranker knows nothing of keywords or profile they count beside it
 * as they do beside the retriever, so that what users say of themselves is never lost.
 *
 * <p>For one thread at a time.
 */
final class CandidateOrder {
  private static final float NONE = Float.NaN;
  private static final double LEAST_DEVIATION = 1e-9;

  private final ItemSources sources;
  private final boolean rankerKnowsKeywords;
  private final boolean rankerKnowsProfile;
  private final BestItems best;

  /** For each item which candidate of the row it is. */
  private final int[] candidateOf;

  private float[] scores = new float[0];

  /** Over the sources of a bundle. */
  CandidateOrder(Bundle bundle) {
    this.sources = bundle.sources();
    this.rankerKnowsKeywords = bundle.ranks(Source.KEYWORDS.label());
    this.rankerKnowsProfile = bundle.ranks(Source.PROFILE.label());
    this.best = new BestItems(sources.counts().order());
    this.candidateOf = new int[sources.counts().items()];
  }

  /** Items of the catalogue. */
  int items() {
    return candidateOf.length;
  }

  /** Whether more than the retriever has a say in a row's list. */
  boolean isFused(SourceRow row) {
    Weights weights = weights(row);
    return weights.base() != Source.RETRIEVER || counts(row, weights);
  }

  private boolean counts(SourceRow row, Weights weights) {
    return (row.keywords() != null && sources.keywords() != null && weights.keywords() > 0)
        || (row.profile() != null && sources.vectors() != null && weights.profile() > 0);
  }

  private Weights weights(SourceRow row) {
    FusionWeights fusion = sources.fusion();
    return fusion.of(row.items().length);
  }

  /**
   * Orders a row without a ranker.
   *
   * @param most items of the list
   * @param lists has the retriever's own list, which stays where nothing else has a say
   */
  void fuse(RecommendRow row, CandidateSet set, int most, RankedLists lists, int at) {
    Weights weights = weights(row.sources());
    if (!isFused(row.sources())) {
      for (int i = 0; i < set.retrieved(); i++) {
        set.rankedBy(i, set.retrieverScore(i));
      }
      lists.cut(at, most);
      return;
    }
    reserve(set.size());
    scoreByBase(set, weights.base());
    best.clear(most);
    for (int i = 0; i < set.size(); i++) {
      if (set.isFrom(weights.base(), i)
          || set.isFrom(Source.RETRIEVER, i)
          || set.isFrom(Source.KEYWORDS, i)
          || set.isFrom(Source.PROFILE, i)) {
        scores[i] +=
            weights.keywords() * set.score(Source.KEYWORDS, i)
                + weights.profile() * set.score(Source.PROFILE, i);
        offer(set, i);
      }
    }
    best.sort();
    lists.startMerged(at);
    for (int place = 0; place < best.size(); place++) {
      int i = candidateOf[best.item(place)];
      Source source = liftedBy(set, i, row.k(), weights);
      lists.addMerged(at, index(set, i), scores[i], source, match(row, set, i), NONE, NONE);
    }
  }

  /** In standard deviations over what the base brought; others count as its last one. */
  private void scoreByBase(CandidateSet set, Source base) {
    if (base == Source.RETRIEVER) {
      for (int i = 0; i < set.size(); i++) {
        scores[i] = set.score(base, i);
      }
      return;
    }
    int brought = 0;
    double sum = 0;
    double squares = 0;
    double last = Double.POSITIVE_INFINITY;
    for (int i = 0; i < set.size(); i++) {
      if (set.isFrom(base, i)) {
        double score = set.score(base, i);
        brought++;
        sum += score;
        squares += score * score;
        last = Math.min(last, score);
      }
    }
    double mean = sum / brought;
    double deviation = Math.sqrt(Math.max(0, squares / brought - mean * mean));
    double scale = deviation > LEAST_DEVIATION ? 1 / deviation : 0;
    for (int i = 0; i < set.size(); i++) {
      double score = set.isFrom(base, i) ? set.score(base, i) : last;
      scores[i] = brought == 0 ? 0 : (float) ((score - mean) * scale);
    }
  }

  private void offer(CandidateSet set, int candidate) {
    int item = set.item(candidate);
    candidateOf[item] = candidate;
    set.rankedBy(candidate, scores[candidate]);
    best.offer(item, scores[candidate]);
  }

  /**
   * The base where its own list would have had the item, or nothing else speaks for it; else what
   * lifted it most.
   */
  private static Source liftedBy(CandidateSet set, int candidate, int k, Weights weights) {
    float keywords = weights.keywords() * set.score(Source.KEYWORDS, candidate);
    float profile = weights.profile() * set.score(Source.PROFILE, candidate);
    int place = set.place(weights.base(), candidate);
    if ((place >= 0 && place < k) || (keywords <= 0 && profile <= 0)) {
      return place >= 0 ? weights.base() : Source.RETRIEVER;
    }
    return keywords >= profile ? Source.KEYWORDS : Source.PROFILE;
  }

  /**
   * Orders a row by a ranker's scores.
   *
   * @param ranker has them
   * @param from which of the ranker's rows it is
   * @param most items of the list
   */
  void rank(
      RecommendRow row,
      CandidateSet set,
      RankerBatch ranker,
      int from,
      int most,
      RankedLists lists,
      int at) {
    reserve(set.size());
    for (int i = 0; i < set.size(); i++) {
      scores[i] = ranker.score(from, i);
    }
    addWhatTheRankerDoesNotKnow(row.sources(), set);
    best.clear(most);
    for (int i = 0; i < set.size(); i++) {
      offer(set, i);
    }
    best.sort();
    lists.startMerged(at);
    for (int place = 0; place < best.size(); place++) {
      int i = candidateOf[best.item(place)];
      lists.addMerged(
          at,
          index(set, i),
          scores[i],
          set.broughtBy(i, row.k()),
          match(row, set, i),
          ranker.click(from, i),
          ranker.rating(from, i));
    }
  }

  private void addWhatTheRankerDoesNotKnow(SourceRow row, CandidateSet set) {
    Weights all = weights(row);
    Weights weights =
        new Weights(
            all.fromEvents(),
            rankerKnowsKeywords ? 0 : all.keywords(),
            rankerKnowsProfile ? 0 : all.profile(),
            all.base());
    if (!counts(row, weights)) {
      return;
    }
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < set.size(); i++) {
      sum += scores[i];
      squares += (double) scores[i] * scores[i];
    }
    double mean = sum / set.size();
    double deviation = Math.sqrt(Math.max(0, squares / set.size() - mean * mean));
    double scale = deviation > LEAST_DEVIATION ? 1 / deviation : 0;
    for (int i = 0; i < set.size(); i++) {
      scores[i] =
          (float) ((scores[i] - mean) * scale)
              + weights.keywords() * set.score(Source.KEYWORDS, i)
              + weights.profile() * set.score(Source.PROFILE, i);
    }
  }

  private void reserve(int size) {
    if (scores.length < size) {
      scores = Arrays.copyOf(scores, 2 * size);
    }
  }

  private static int index(CandidateSet set, int candidate) {
    return set.item(candidate) + Vocabulary.FIRST_ITEM;
  }

  private int match(RecommendRow row, CandidateSet set, int candidate) {
    KeywordIndex index = sources.keywords();
    Keywords keywords = row.sources().keywords();
    return index == null || keywords == null ? -1 : index.bestMatch(keywords, set.item(candidate));
  }
}
