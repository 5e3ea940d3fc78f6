package io.millrace.standalone.report;

import io.millrace.standalone.report.DemoReport.Checkpoints;
import io.millrace.standalone.report.DemoReport.Events;
import io.millrace.standalone.report.DemoReport.Figures;
import io.millrace.standalone.report.DemoReport.Fresh;
import io.millrace.standalone.report.DemoReport.Freshness;
import io.millrace.standalone.report.DemoReport.Machine;
import io.millrace.standalone.report.DemoReport.Profiles;
import io.millrace.standalone.report.DemoReport.QualityTable;
import io.millrace.standalone.report.DemoReport.Recommendations;
import io.millrace.standalone.report.DemoReport.Reranking;
import io.millrace.standalone.report.DemoReport.Throughput;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report with a different figure in every place. */
final class Reports {
  private Reports() {}

  static DemoReport example() {
    return with(new Recommendations(7_016, 7_017, 0, 0, byRung(), Map.of("deadline", 3L)), 0);
  }

  static DemoReport with(Recommendations recommendations, long failedCheckpoints) {
    Map<String, Figures> baselines = new LinkedHashMap<>();
    baselines.put("popular", new Figures(0.074, 0.0345));
    baselines.put("markov", new Figures(0.1364, 0.0711));
    baselines.put("transitions5", new Figures(0.1865, 0.0974));
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("broker", 80.4);
    parts.put("flink", 120.6);
    return new DemoReport(
        DemoReport.VERSION,
        "ml-100k",
        "demo --events 5000 --speed max",
        new Machine(2, 15.6, "17.0.15"),
        new Events(5_000, 4_999, 1, 2, 1_234, 12, 0, 2_004),
        recommendations,
        new Freshness(4.25, 8.5, 12.125, 5.0, 4.6, 0.4),
        new Throughput(1_234.5, 2_345.6, 0.526, 405.1, 426.3, 16, parts),
        new QualityTable(4_900, 0.185, 0.0925, baselines),
        new Checkpoints(3, failedCheckpoints),
        Map.of("recommender", "version 1"),
        profiles(),
        reranking(),
        fresh());
  }

  private static Fresh fresh() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("least", 18.25);
    seconds.put("mean", 22.8);
    seconds.put("most", 31.5);
    Map<String, Long> lists = new LinkedHashMap<>();
    lists.put("1", 3_003L);
    lists.put("2", 2_006L);
    return new Fresh(1_500, 4, 2, 1, 6, seconds, lists);
  }

  private static Reranking reranking() {
    Map<String, Long> leftOut = new LinkedHashMap<>();
    leftOut.put("replaced", 7L);
    leftOut.put("too_old", 8L);
    Map<String, Double> wait = new LinkedHashMap<>();
    wait.put("p50", 4_200.0);
    wait.put("p99", 30_000.0);
    return new Reranking(
        31,
        14,
        leftOut,
        34,
        30,
        Map.of("timeout", 4L),
        6,
        45_678,
        Map.of("m rerank/1", 55L),
        22,
        wait);
  }

  private static Profiles profiles() {
    Map<String, Double> wait = new LinkedHashMap<>();
    wait.put("p50", 1_200.0);
    wait.put("p99", 60_000.0);
    return new Profiles(12, 3, 40, 5, 9_876, 24, 2, 1, wait);
  }

  static Map<String, Long> byRung() {
    Map<String, Long> byRung = new LinkedHashMap<>();
    byRung.put("ranked", 0L);
    byRung.put("retrieved", 5_009L);
    byRung.put("last_list", 2L);
    byRung.put("popular", 1L);
    return byRung;
  }
}
