package io.millrace.server.recommender;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.ranking.Diversity;
import io.millrace.server.sources.CandidateCollector;
import io.millrace.server.sources.ItemSources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes batches of requests: the retriever for all rows, what other sources bring, the ranker
 * for all rows that have the time. Requests without it are answered first.
 */
final class RecommendRunner implements BatchRunner<RecommendRequest>, AutoCloseable {
  private final RetrieverBatch batch;
  private final GroupedRetriever retriever;
  private final @Nullable Ranker ranker;
  private final RowCandidates candidates;
  private final RankedLists lists;
  private final RowRanking ranking;
  private final RequestAnswers answers;
  private final LongSupplier clock;
  private final List<RecommendRow> rows = new ArrayList<>();
  private final List<Integer> toRank = new ArrayList<>();

  /** Requests that wait for the ranker, and where the rows of each begin. */
  private final List<RecommendRequest> ranked = new ArrayList<>();

  private final List<Integer> rankedFrom = new ArrayList<>();
  private long rankingNanos;

  /**
   * With instances of its own.
   *
   * @param ranker null without one
   */
  RecommendRunner(
      Bundle bundle,
      RetrieverBatch batch,
      @Nullable Ranker ranker,
      RecommenderCounters counters,
      LongSupplier clock) {
    int k = bundle.manifest().k();
    ItemSources sources = bundle.sources();
    CandidateCollector collector =
        new CandidateCollector(sources.newSources(), sources.counts(), counters.sources(), clock);
    this.batch = batch;
    this.ranker = ranker;
    this.clock = clock;
    this.candidates = new RowCandidates(collector, counters.sources(), bundle.vocabulary().size());
    this.lists = new RankedLists(Math.max(k, Diversity.LEAST_POOL));
    FreshPlaces freshPlaces = new FreshPlaces(sources.settings().freshListed());
    this.ranking = new RowRanking(new CandidateOrder(bundle), sources.texts(), freshPlaces, lists);
    this.retriever =
        new GroupedRetriever(batch, row -> isCollected(row) ? k : Math.min(k, ranking.most(row)));
    this.answers = new RequestAnswers(bundle, lists, counters);
  }

  private boolean isCollected(RecommendRow row) {
    return ranker != null || row.explained() || ranking.isFused(row);
  }

  @Override
  public void run(List<RecommendRequest> batchOfRequests, long startNanos) {
    rows.clear();
    for (RecommendRequest request : batchOfRequests) {
      rows.addAll(request.recommendRows());
    }
    bringCandidates();
    rankingNanos = 0;
    if (ranker == null) {
      answerUnranked(batchOfRequests, startNanos);
    } else {
      rank(ranker, batchOfRequests, startNanos);
    }
  }

  @Override
  public long spareNanos() {
    return rankingNanos;
  }

  private void bringCandidates() {
    lists.clear(rows.size());
    candidates.clear(rows.size());
    retriever.run(rows, lists);
    for (int row = 0; row < rows.size(); row++) {
      if (isCollected(rows.get(row))) {
        candidates.collect(rows.get(row), lists, row);
      } else {
        candidates.skip(lists, row);
      }
    }
    ranking.begin(rows, candidates.sets());
  }

  private void answerUnranked(List<RecommendRequest> requests, long startNanos) {
    for (int row = 0; row < rows.size(); row++) {
      ranking.failed(row, Ranking.NO_RANKER);
    }
    long endNanos = clock.getAsLong();
    int first = 0;
    for (RecommendRequest request : requests) {
      answers.answer(request, first, candidates.sets(), startNanos, endNanos);
      first += request.rows();
    }
  }

  private void rank(Ranker present, List<RecommendRequest> requests, long startNanos) {
    long expected = present.expectedNanos(rows.size() * candidates.longest(rows.size()));
    long now = clock.getAsLong();
    ranked.clear();
    rankedFrom.clear();
    toRank.clear();
    int first = 0;
    for (RecommendRequest request : requests) {
      if (request.hasLeft(expected, now)) {
        ranked.add(request);
        rankedFrom.add(first);
        chooseRows(present, first, request.rows());
      } else {
        for (int row = first; row < first + request.rows(); row++) {
          ranking.failed(row, Ranking.DEADLINE);
        }
        answers.answer(request, first, candidates.sets(), startNanos, now);
      }
      first += request.rows();
    }
    if (ranked.isEmpty()) {
      present.doubt();
    } else if (!toRank.isEmpty()) {
      rankingNanos = present.rank(toRank, rows, candidates.sets(), ranking);
    }
    long endNanos = clock.getAsLong();
    for (int i = 0; i < ranked.size(); i++) {
      answers.answer(ranked.get(i), rankedFrom.get(i), candidates.sets(), startNanos, endNanos);
    }
    ranked.clear();
  }

  private void chooseRows(Ranker present, int first, int count) {
    for (int row = first; row < first + count; row++) {
      if (candidates.sets().get(row).size() == 0) {
        ranking.failed(row, Ranking.NO_CANDIDATES);
      } else if (!present.isFor(rows.get(row))) {
        ranking.failed(row, Ranking.HISTORY);
      } else {
        toRank.add(row);
      }
    }
  }

  /**
   * Computes rows that nobody asked for, so that buffers have their size and graphs have shown that
   * they work.
   *
   * @throws InferenceException if the retriever fails
   * @throws ModelLoadException if the ranker does, or gives what is no score
   */
  void warmUp(List<RecommendRow> longest) {
    rows.clear();
    rows.addAll(longest);
    bringCandidates();
    if (ranker != null) {
      ranker.warmUp(rows, candidates.sets());
    }
  }

  /** The retriever's first item of a row of the last warm-up; -1 without any. */
  int firstRetrieved(int row) {
    return lists.found(row) == 0 ? -1 : lists.item(row, 0);
  }

  @Override
  public void close() {
    batch.close();
    if (ranker != null) {
      ranker.close();
    }
  }
}
