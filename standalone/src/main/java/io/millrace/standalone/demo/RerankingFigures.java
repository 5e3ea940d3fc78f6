package io.millrace.standalone.demo;

import io.millrace.standalone.platform.JobStatus;
import io.millrace.standalone.report.DemoReport.Reranking;
import io.millrace.standalone.report.Rounding;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is reported of lists being looked over, out of the counters of the two jobs that do it. */
final class RerankingFigures {
  private static final String FAILURE = "failures_";

  /** Counters of lists that are not looked over, by the reason that is reported. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "listsReplaced", "replaced",
          "listsTooOld", "too_old",
          "listsUntitled", "untitled",
          "answersUnreadable", "unreadable");

  private RerankingFigures() {}

  /**
   * The figures as of now.
   *
   * @param rerank the job that has lists looked over
   * @param recommend the job that makes them
   * @param withASay lists that name a reranker, by what they name
   */
  static Reranking of(JobStatus rerank, JobStatus recommend, Map<String, Long> withASay) {
    Map<String, Long> counters = rerank.counters();
    Map<String, Long> leftOut = new LinkedHashMap<>();
    Map<String, Long> failed = new LinkedHashMap<>();
    counters.forEach(
        (name, count) -> {
          String reason = LEFT_OUT.get(name);
          if (count > 0 && reason != null) {
            leftOut.put(reason, count);
          } else if (count > 0 && name.startsWith(FAILURE)) {
            failed.put(name.substring(FAILURE.length()), count);
          }
        });
    Map<String, Double> wait = new LinkedHashMap<>();
    rerank
        .percentiles("listWaitMillis")
        .forEach((name, millis) -> wait.put(name, Rounding.round(millis, 0)));
    return new Reranking(
        counters.getOrDefault("listsTaken", 0L),
        counters.getOrDefault("listsReranked", 0L),
        leftOut,
        counters.getOrDefault("callsAsked", 0L),
        counters.getOrDefault("callsAnswered", 0L),
        failed,
        counters.getOrDefault("callsReplayedFromJournal", 0L),
        counters.getOrDefault("tokens", 0L),
        withASay,
        recommend.counters().getOrDefault("listsReranked", 0L),
        wait);
  }
}
