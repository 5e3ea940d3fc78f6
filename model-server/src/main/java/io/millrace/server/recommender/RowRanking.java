package io.millrace.server.recommender;

import io.millrace.server.ranking.Diversity;
import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.TextVectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the candidates of rows into their final lists: ordered, and as diverse as their callers
 * want them. For one thread at a time.
 */
final class RowRanking implements Ranker.Results {
  private final CandidateOrder order;
  private final @Nullable Diversity diversity;
  private final FreshPlaces freshPlaces;
  private final RankedLists lists;
  private List<RecommendRow> rows = List.of();
  private List<CandidateSet> sets = List.of();
  private int[] pool = new int[0];
  private float[] scores = new float[0];

  /**
   * Into those lists.
   *
   * @param texts null without
   */
  RowRanking(
      CandidateOrder order,
      @Nullable TextVectors texts,
      FreshPlaces freshPlaces,
      RankedLists lists) {
    this.order = order;
    this.freshPlaces = freshPlaces;
    this.diversity = texts == null ? null : new Diversity(texts);
    this.lists = lists;
  }

  /** Begins a batch. */
  void begin(List<RecommendRow> batch, List<CandidateSet> candidates) {
    rows = batch;
    sets = candidates;
  }

  /** Whether keywords or profile have a say in a row's list. */
  boolean isFused(RecommendRow row) {
    return order.isFused(row.sources());
  }

  /** How many items a row's list has before it is made diverse. */
  int most(RecommendRow row) {
    return row.diversity() > 0 && diversity != null
        ? Math.max(Diversity.LEAST_POOL, row.k())
        : row.k();
  }

  @Override
  public void ranked(int row, RankerBatch batch, int from) {
    RecommendRow asked = rows.get(row);
    order.rank(asked, sets.get(row), batch, from, most(asked), lists, row);
    lists.setRanking(row, Ranking.RANKED);
    diversify(row);
    freshPlaces.fill(sets.get(row), batch, from, lists, row);
  }

  @Override
  public void failed(int row, Ranking why) {
    RecommendRow asked = rows.get(row);
    CandidateSet set = sets.get(row);
    if (set.size() == 0) {
      lists.cut(row, most(asked));
    } else {
      order.fuse(asked, set, most(asked), lists, row);
    }
    lists.setRanking(row, why);
    diversify(row);
  }

  private void diversify(int row) {
    RecommendRow asked = rows.get(row);
    Diversity chooser = diversity;
    int found = lists.found(row);
    if (chooser == null || asked.diversity() == 0 || found < 2 || !areItems(row)) {
      lists.cut(row, asked.k());
      return;
    }
    if (pool.length < found) {
      pool = new int[found];
      scores = new float[found];
    }
    for (int place = 0; place < found; place++) {
      pool[place] = lists.item(row, place) - Vocabulary.FIRST_ITEM;
      scores[place] = lists.score(row, place);
    }
    int[] chosen = new int[Math.min(asked.k(), found)];
    chooser.choose(pool, scores, found, asked.diversity(), chosen);
    lists.keep(row, chosen);
  }

  /** Whether the graph returned nothing else; who writes the list says so where it did. */
  private boolean areItems(int row) {
    for (int place = 0; place < lists.found(row); place++) {
      int item = lists.item(row, place) - Vocabulary.FIRST_ITEM;
      if (item < 0 || item >= order.items()) {
        return false;
      }
    }
    return true;
  }
}
