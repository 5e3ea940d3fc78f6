package io.millrace.server.sources;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Asks every source for its best items of a row and makes one set of them. Scratch space of one
 * runner; for one thread at a time.
 */
public final class CandidateCollector {
  private static final double LEAST_DEVIATION = 1e-9;

  private final List<CandidateSource> sources;
  private final SourceCounters counters;
  private final LongSupplier clock;
  private final BestItems best;
  private final ItemMarks excluded;
  private final ItemMarks taken;

  /** For each item that is taken where in the set it is. */
  private final int[] where;

  /**
   * Over those sources, beside the retriever.
   *
   * @param clock nanoseconds, for the counters
   */
  public CandidateCollector(
      List<CandidateSource> sources,
      ItemCounts counts,
      SourceCounters counters,
      LongSupplier clock) {
    this.sources = List.copyOf(sources);
    this.counters = counters;
    this.clock = clock;
    this.best = new BestItems(counts.order());
    this.excluded = new ItemMarks(counts.items());
    this.taken = new ItemMarks(counts.items());
    this.where = new int[counts.items()];
  }

  /**
   * Completes a set.
   *
   * @param set with what the retriever brought
   */
  public void collect(SourceRow row, CandidateSet set) {
    excluded.clear();
    for (int item : row.excluded()) {
      excluded.add(item);
    }
    taken.clear();
    for (int candidate = 0; candidate < set.size(); candidate++) {
      taken.add(set.item(candidate));
      where[set.item(candidate)] = candidate;
    }
    counters.brought(Source.RETRIEVER, set.size(), 0);
    for (CandidateSource source : sources) {
      bring(source, row, set);
    }
    standardiseRetriever(set);
    for (CandidateSource source : sources) {
      source.write(set, set.scores(source.source()));
    }
  }

  private void bring(CandidateSource source, SourceRow row, CandidateSet set) {
    long start = clock.getAsLong();
    source.score(row);
    int found = 0;
    if (source.quota() > 0) {
      best.clear(source.quota());
      source.offer(excluded, best);
      best.sort();
      found = best.size();
    }
    for (int place = 0; place < found; place++) {
      int item = best.item(place);
      if (taken.add(item)) {
        where[item] = set.append(item);
      }
    }
    int[] places = set.places(source.source());
    for (int place = 0; place < found; place++) {
      places[where[best.item(place)]] = place;
    }
    counters.brought(source.source(), found, clock.getAsLong() - start);
  }

  private static void standardiseRetriever(CandidateSet set) {
    int retrieved = set.retrieved();
    double sum = 0;
    double squares = 0;
    for (int candidate = 0; candidate < retrieved; candidate++) {
      double score = set.retrieverScore(candidate);
      sum += score;
      squares += score * score;
    }
    double mean = retrieved == 0 ? 0 : sum / retrieved;
    double deviation =
        retrieved == 0 ? 0 : Math.sqrt(Math.max(0, squares / retrieved - mean * mean));
    double scale = deviation > LEAST_DEVIATION ? 1 / deviation : 0;
    float[] scores = set.scores(Source.RETRIEVER);
    float last = 0;
    for (int candidate = 0; candidate < set.size(); candidate++) {
      if (candidate < retrieved) {
        last = (float) ((set.retrieverScore(candidate) - mean) * scale);
      }
      scores[candidate] = last;
    }
  }
}
