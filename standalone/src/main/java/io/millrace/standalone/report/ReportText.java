package io.millrace.standalone.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as a person reads it. */
public final class ReportText {
  private static final String ROW = "  %-14s %s";
  private static final String FIGURES = "  %-14s %8s %9s %s";

  private ReportText() {}

  /**
   * Lines of text, without colours.
   *
   * @param notes what has to be known to read the figures, shown below them
   */
  public static List<String> lines(DemoReport report, List<String> notes) {
    List<String> lines = new ArrayList<>();
    addCounts(report, lines);
    if (report.profiles() != null) {
      addProfiles(report.profiles(), lines);
    }
    if (report.reranking() != null) {
      addReranking(report.reranking(), lines);
    }
    if (report.fresh() != null) {
      addFresh(report.fresh(), lines);
    }
    addSpeed(report, lines);
    lines.add("");
    addQuality(report.quality(), lines);
    if (!notes.isEmpty()) {
      lines.add("");
      notes.forEach(note -> lines.add("  " + note));
    }
    return lines;
  }

  private static void addCounts(DemoReport report, List<String> lines) {
    DemoReport.Events events = report.events();
    DemoReport.Recommendations lists = report.recommendations();
    lines.add(
        row(
            "events",
            "%,d published · %,d processed · %,d dead letters · %,d late",
            events.published(),
            events.processed(),
            events.deadLettered(),
            events.late()));
    lines.add(
        row(
            "",
            "before them %,d as history, %,d requests to warm up and %,d for a first list",
            events.backfilled(),
            events.warmUpRequests(),
            events.requests()));
    if (events.rehearsed() > 0) {
      lines.add(row("", "after a rehearsal by other users of %,d events", events.rehearsed()));
    }
    lines.add(
        row(
            "lists",
            "%,d expected · %,d emitted · %,d lost · %,d duplicated",
            lists.expected(),
            lists.emitted(),
            lists.lost(),
            lists.duplicated()));
    lines.add(row("by rung", "%s", counts(lists.byRung())));
    if (!lists.byReason().isEmpty()) {
      lines.add(row("lower rungs", "%s", counts(lists.byReason())));
    }
    lines.add(
        row(
            "checkpoints",
            "%,d completed · %,d failed",
            report.checkpoints().completed(),
            report.checkpoints().failed()));
    lines.add(
        row(
            "models",
            "%s",
            report.models().entrySet().stream()
                .map(model -> model.getKey() + " " + model.getValue())
                .collect(Collectors.joining(" · "))));
  }

  private static void addProfiles(DemoReport.Profiles profiles, List<String> lines) {
    lines.add(
        row(
            "profiles",
            "%,d written · %,d users wait · %,d claims · %,d rejected",
            profiles.generated(),
            profiles.usersWaiting(),
            profiles.claims(),
            profiles.claimsRejected()));
    lines.add(
        row(
            "",
            "%,d calls of %,d tokens · %,d replayed from the journal · %,d unreadable",
            profiles.calls(),
            profiles.tokens(),
            profiles.replayedFromJournal(),
            profiles.unreadable()));
  }

  private static void addReranking(DemoReport.Reranking reranking, List<String> lines) {
    lines.add(
        row(
            "reranking",
            "%,d lists to look over · %,d looked over · left out: %s",
            reranking.listsTaken(),
            reranking.lookedOver(),
            countsOrNone(reranking.leftOut())));
    lines.add(
        row(
            "",
            "%,d questions of %,d tokens · %,d answered · %,d replayed from the journal · failed: %s",
            reranking.questions(),
            reranking.tokens(),
            reranking.answered(),
            reranking.replayedFromJournal(),
            countsOrNone(reranking.failed())));
    lines.add(
        row(
            "",
            "had a say in %,d lists, changed %,d%s",
            reranking.listsWithASay().values().stream().mapToLong(Long::longValue).sum(),
            reranking.listsChanged(),
            lookedOverAfter(reranking.waitMillis())));
  }

  private static String lookedOverAfter(Map<String, Double> waitMillis) {
    Double median = waitMillis.get("p50");
    return median == null
        ? ""
        : String.format(Locale.ROOT, " · p50 %.1f s until a list is looked over", median / 1e3);
  }

  private static void addFresh(DemoReport.Fresh fresh, List<String> lines) {
    lines.add(
        row(
            "fresh models",
            "%,d rounds, one after %,d events or more · %,d published · %,d refused · %,d failed",
            fresh.rounds(),
            fresh.everyEvents(),
            fresh.published(),
            fresh.refused(),
            fresh.failed()));
    lines.add(
        row(
            "",
            "%.1f s a round · lists by version: %s",
            fresh.roundSeconds().getOrDefault("mean", 0.0),
            fresh.listsByVersion().entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%s: %,d", each.getKey(), each.getValue()))
                .collect(Collectors.joining(" · "))));
  }

  private static void addSpeed(DemoReport report, List<String> lines) {
    DemoReport.Freshness freshness = report.freshness();
    DemoReport.Throughput throughput = report.throughput();
    lines.add(
        row(
            "freshness",
            "p50 %.1f ms · p95 %.1f ms · p99 %.1f ms · floor p99 %.1f ms (p99 is %.1f × that)",
            freshness.p50(),
            freshness.p95(),
            freshness.p99(),
            freshness.floorP99(),
            freshness.floorP99() > 0 ? freshness.p99() / freshness.floorP99() : 0));
    lines.add(
        row(
            "throughput",
            "%,.0f events/s · the bare model alone %,.0f/s · ratio %.2f",
            throughput.eventsPerSecond(),
            throughput.rawInferencePerSecond(),
            throughput.ratio()));
    lines.add(
        row(
            "overhead",
            "%,.0f core-µs a list beside %,.0f of the bare model",
            throughput.overheadCoreMicros(),
            throughput.rawCoreMicros()));
    lines.add(
        row(
            "by part",
            "%s",
            throughput.overheadByPart().entrySet().stream()
                .map(part -> String.format(Locale.ROOT, "%s %,.0f", part.getKey(), part.getValue()))
                .collect(Collectors.joining(" · "))));
  }

  private static void addQuality(DemoReport.QualityTable quality, List<String> lines) {
    lines.add(
        String.format(Locale.ROOT, FIGURES, "quality", "HR@10", "NDCG@10", "").stripTrailing());
    DemoReport.Figures popular = quality.baselines().get("popular");
    String times =
        popular == null || popular.hitRateAt10() == 0
            ? ""
            : String.format(
                Locale.ROOT, "  %.1f × popular", quality.hitRateAt10() / popular.hitRateAt10());
    lines.add(figures("these lists", quality.hitRateAt10(), quality.ndcgAt10(), times));
    quality
        .baselines()
        .forEach((name, each) -> lines.add(figures(name, each.hitRateAt10(), each.ndcgAt10(), "")));
    lines.add(row("", "%,d lists, each compared with its user's next event", quality.evaluated()));
  }

  private static String row(String name, String format, Object... values) {
    return String.format(Locale.ROOT, ROW, name, String.format(Locale.ROOT, format, values))
        .stripTrailing();
  }

  private static String figures(String name, double hitRate, double ndcg, String note) {
    return String.format(Locale.ROOT, FIGURES, name, decimals(hitRate), decimals(ndcg), note)
        .stripTrailing();
  }

  private static String decimals(double share) {
    return String.format(Locale.ROOT, "%.3f", share);
  }

  private static String countsOrNone(Map<String, Long> counts) {
    return counts.isEmpty() ? "none" : counts(counts);
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(count -> String.format(Locale.ROOT, "%,d %s", count.getValue(), count.getKey()))
        .collect(Collectors.joining(" · "));
  }
}
