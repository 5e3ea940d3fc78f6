package io.millrace.server.recommender;

import io.millrace.server.inference.ModelCounter;
import io.millrace.server.sources.Source;
import io.millrace.server.sources.SourceCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the stages of one recommender have done.
 *
 * @param sources what brings candidates
 * @param ranking what orders them
 */
record RecommenderCounters(SourceCounters sources, RankingCounters ranking) {
  /** At zero. */
  RecommenderCounters() {
    this(new SourceCounters(), new RankingCounters());
  }

  /**
   * As metrics have them.
   *
   * @param present labels of the sources that the bundle has
   * @param ranked whether it has a ranker
   */
  List<ModelCounter> list(List<String> present, boolean ranked) {
    List<ModelCounter> counters = new ArrayList<>();
    for (Source source : Source.ALL) {
      if (present.contains(source.label())) {
        addSource(source, counters);
      }
    }
    if (ranked) {
      addRanking(counters);
    }
    return counters;
  }

  private void addSource(Source source, List<ModelCounter> into) {
    String label = source.label();
    into.add(
        new ModelCounter(
            "millrace_source_candidates",
            "Candidates that a source brought, those that others brought too among them.",
            "source",
            label,
            () -> sources.brought(source)));
    into.add(
        new ModelCounter(
            "millrace_source_us",
            "Time that a source beside the retriever took, in microseconds.",
            "source",
            label,
            () -> TimeUnit.NANOSECONDS.toMicros(sources.nanos(source))));
    into.add(
        new ModelCounter(
            "millrace_source_listed",
            "Items of lists that are there because of a source.",
            "source",
            label,
            () -> sources.listed(source)));
  }

  private void addRanking(List<ModelCounter> into) {
    for (Ranking result : Ranking.OF_A_RANKER) {
      into.add(
          new ModelCounter(
              "millrace_ranker_rows",
              "Rows by what became of ranking them.",
              "result",
              result.label(),
              () -> ranking.rows(result)));
    }
    into.add(
        new ModelCounter(
            "millrace_ranker_candidates",
            "Candidates that were ranked.",
            "",
            "",
            ranking::candidates));
    into.add(
        new ModelCounter(
            "millrace_ranker_us",
            "Time that ranking took, in microseconds.",
            "",
            "",
            () -> TimeUnit.NANOSECONDS.toMicros(ranking.nanos())));
  }
}
