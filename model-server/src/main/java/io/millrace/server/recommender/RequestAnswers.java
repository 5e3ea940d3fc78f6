package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.Tensor;
import io.millrace.server.sources.CandidateSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Answers requests with the lists of their rows, and counts what is in them. */
final class RequestAnswers {
  private static final String RUNG_REASON = "rung_reason";

  private final RankedLists lists;
  private final ListWriter writer;
  private final CandidateWriter candidates;
  private final RecommenderCounters counters;
  private final String version;

  /** Of those lists. */
  RequestAnswers(Bundle bundle, RankedLists lists, RecommenderCounters counters) {
    this.lists = lists;
    this.writer = new ListWriter(bundle.vocabulary());
    this.candidates = new CandidateWriter(bundle);
    this.counters = counters;
    this.version = bundle.version();
  }

  /**
   * Answers a request.
   *
   * @param first where its rows begin
   * @param sets the candidates of every row
   */
  void answer(
      RecommendRequest request,
      int first,
      List<CandidateSet> sets,
      long startNanos,
      long endNanos) {
    List<Tensor> outputs;
    try {
      outputs = new ArrayList<>(writer.write(lists, first, request.rows(), request.request()));
      if (request.recommendRows().get(0).explained()) {
        candidates.write(
            request.recommendRows(),
            sets.subList(first, first + request.rows()),
            request.request(),
            outputs);
      }
    } catch (InferenceException e) {
      request.fail(e);
      return;
    }
    request.complete(
        version, outputs, request.ignored(), notes(first, request.rows()), startNanos, endNanos);
  }

  /** Counts the rows of a request, and says why those that were not ranked were not. */
  private Map<String, String> notes(int first, int rows) {
    Set<String> setbacks = Set.of();
    for (int row = first; row < first + rows; row++) {
      Ranking ranking = lists.ranking(row);
      counters.ranking().answered(ranking);
      for (int place = 0; place < lists.found(row); place++) {
        counters.sources().listed(lists.source(row, place), 1);
      }
      if (ranking.isSetback()) {
        setbacks = setbacks.isEmpty() ? new TreeSet<>() : setbacks;
        setbacks.add(ranking.label());
      }
    }
    return setbacks.isEmpty() ? Map.of() : Map.of(RUNG_REASON, String.join(",", setbacks));
  }
}
