package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.sources.CandidateSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranks the rows of a batch together. Where the graph fails on them, each is ranked alone, so that
 * one that it cannot rank spoils no other. For one thread at a time.
 */
final class Ranker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ranker.class);

  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RankerBatch batch;
  private final int fromEvents;
  private final RankingCounters counters;
  private final LongSupplier clock;
  private final RankingTime time = new RankingTime();
  private final List<RecommendRow> rows = new ArrayList<>();
  private final List<CandidateSet> sets = new ArrayList<>();
  private long lastLogged;

  /** Takes what was ranked, row by row. */
  interface Results {
    /**
     * A row's scores are there, all of them finite.
     *
     * @param row as it was given
     * @param from where it is in the ranker's run
     */
    void ranked(int row, RankerBatch batch, int from);

    /** A row has no scores. */
    void failed(int row, Ranking why);
  }

  /**
   * Over an instance of its own.
   *
   * @param fromEvents rows with fewer events are not for it
   * @param clock nanoseconds
   */
  Ranker(RankerBatch batch, int fromEvents, RankingCounters counters, LongSupplier clock) {
    this.batch = batch;
    this.fromEvents = fromEvents;
    this.counters = counters;
    this.clock = clock;
  }

  /** Whether it was trained on histories like the row's. */
  boolean isFor(RecommendRow row) {
    return row.sources().items().length >= fromEvents;
  }

  /** How long ranking that many candidates, padding included, is expected to take. */
  long expectedNanos(int places) {
    return time.expected(places);
  }

  /** No request had the time that ranking was expected to take. */
  void doubt() {
    time.doubt();
  }

  /**
   * Ranks.
   *
   * @param which rows of the lists below
   * @return how long it took, in nanoseconds
   */
  long rank(
      List<Integer> which,
      List<RecommendRow> allRows,
      List<CandidateSet> allSets,
      Results results) {
    long start = clock.getAsLong();
    if (!tryTogether(which, allRows, allSets, results)) {
      for (Integer row : which) {
        List<Integer> alone = List.of(row);
        if (which.size() == 1 || !tryTogether(alone, allRows, allSets, results)) {
          results.failed(row, Ranking.RANKER_FAILED);
        }
      }
    }
    return clock.getAsLong() - start;
  }

  /**
   * Ranks rows that nobody asked for.
   *
   * @throws ModelLoadException if the graph fails, or a score is no number
   */
  void warmUp(List<RecommendRow> warmRows, List<CandidateSet> warmSets) {
    List<CandidateSet> used = warmSets.subList(0, warmRows.size());
    if (used.stream().anyMatch(set -> set.size() == 0)
        || !warmRows.stream().allMatch(this::isFor)) {
      return;
    }
    long start = clock.getAsLong();
    try {
      batch.run(warmRows, used);
    } catch (InferenceException e) {
      throw new ModelLoadException("the ranker fails on its warm-up: " + e.getMessage(), e);
    }
    time.took(clock.getAsLong() - start, used.size() * batch.places());
    for (int row = 0; row < used.size(); row++) {
      if (!batch.isFinite(row, used.get(row).size())) {
        throw new ModelLoadException(
            "the ranker gives scores that are no numbers on its warm-up; export the bundle again");
      }
    }
  }

  private boolean tryTogether(
      List<Integer> which,
      List<RecommendRow> allRows,
      List<CandidateSet> allSets,
      Results results) {
    rows.clear();
    sets.clear();
    int candidates = 0;
    for (int row : which) {
      rows.add(allRows.get(row));
      sets.add(allSets.get(row));
      candidates += allSets.get(row).size();
    }
    long start = clock.getAsLong();
    try {
      batch.run(rows, sets);
    } catch (RuntimeException | OutOfMemoryError e) {
      log(e);
      return false;
    }
    long nanos = clock.getAsLong() - start;
    time.took(nanos, rows.size() * batch.places());
    counters.ranked(candidates, nanos);
    for (int i = 0; i < which.size(); i++) {
      if (batch.isFinite(i, sets.get(i).size())) {
        results.ranked(which.get(i), batch, i);
      } else {
        results.failed(which.get(i), Ranking.RANKER_NOT_FINITE);
      }
    }
    return true;
  }

  /** Says why, but not again and again: a graph that fails on one row may fail on all. */
  private void log(Throwable why) {
    long now = clock.getAsLong();
    if (lastLogged == 0 || now - lastLogged > LOG_EVERY_NANOS) {
      lastLogged = now;
      LOG.warn("ranking {} rows failed; metrics count them", rows.size(), why);
    }
  }

  @Override
  public void close() {
    batch.close();
  }
}
