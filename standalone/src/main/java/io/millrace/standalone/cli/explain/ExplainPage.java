package io.millrace.standalone.cli.explain;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.Outcome;
import io.millrace.flink.lastmile.PastList;
import io.millrace.schemas.avro.AppliedRule;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.Reranking;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.explain.Explanation;
import io.millrace.standalone.explain.ListDifference;
import io.millrace.standalone.explain.ModelReply;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** How a list came about, as a page of text: inputs, every stage, and whether it does again. */
final class ExplainPage {
  private static final int DIFFERENCES = 10;

  private final UnaryOperator<String> titles;
  private final ExplainInputLines inputs;
  private final TextStyle style;
  private final DateTimeFormatter time;

  /**
   * @param titles what people call an item
   * @param zone in which times are shown
   */
  ExplainPage(UnaryOperator<String> titles, ZoneId zone, TextStyle style) {
    this.titles = titles;
    this.inputs = new ExplainInputLines(titles);
    this.style = style;
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
  }

  /** All of the page. */
  List<String> lines(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    RecommendationInput input = explanation.input();
    lines.add(
        style.bold(
            "Recommendation "
                + PrintableText.of(input.getRecommendationId())
                + " · user "
                + PrintableText.of(input.getUserId())));
    addList(lines, explanation);
    section(lines, "Made from");
    lines.addAll(inputs.lines(input.getCall()));
    section(lines, "Model server");
    addAnswers(lines, explanation);
    Reranking reranking = input.getReranking();
    if (reranking != null) {
      lines.add(ExplainInputLines.reranking(reranking));
    }
    section(lines, "Rules");
    addRules(lines, input, explanation.kept());
    section(lines, "List");
    addItems(lines, explanation);
    section(lines, "Again");
    addVerdict(lines, explanation);
    return lines;
  }

  private void section(List<String> lines, String title) {
    lines.add("");
    lines.add(style.bold(title));
  }

  private void addList(List<String> lines, Explanation explanation) {
    RecommendationInput input = explanation.input();
    Recommendation list = explanation.list();
    lines.add(
        ExplainInputLines.fact("decided", time.format(input.getDecidedAt()))
            + (input.getSurface().isEmpty()
                ? ""
                : ", for surface " + PrintableText.of(input.getSurface())));
    if (list == null) {
      lines.add(ExplainInputLines.fact("record", "gone; what follows is from its inputs"));
      return;
    }
    lines.add(
        ExplainInputLines.fact(
            "caused by",
            list.getTrigger().getKind().name().toLowerCase(Locale.ROOT)
                + " "
                + PrintableText.of(list.getTrigger().getId())));
    lines.add(
        ExplainInputLines.fact(
            "rung",
            list.getRung().name()
                + (list.getRungReason() == null
                    ? ""
                    : " (" + PrintableText.of(list.getRungReason()) + ")")));
    lines.add(
        ExplainInputLines.fact(
            "versions",
            new TreeMap<>(list.getVersions())
                .entrySet().stream()
                    .map(version -> version.getKey() + " " + version.getValue())
                    .map(PrintableText::of)
                    .collect(Collectors.joining(", "))));
  }

  private static void addAnswers(List<String> lines, Explanation explanation) {
    RecommendationInput input = explanation.input();
    ModelAnswer answer = input.getAnswer();
    if (answer == null) {
      String failure = input.getFailure();
      lines.add(
          ExplainInputLines.fact(
              "then",
              "no answer ("
                  + PrintableText.of(failure == null ? "no reason kept" : failure)
                  + "); the list is from the lower rungs, which offered "
                  + PrintableText.count(input.getLower().size(), "item")));
      return;
    }
    lines.add(
        ExplainInputLines.fact(
            "then",
            answer(
                answer.getModelVersion(),
                answer.getRung().name(),
                answer.getRungReason() == null ? "" : answer.getRungReason(),
                answer.getItems().size())));
    ModelReply reply = explanation.reply();
    if (reply == null) {
      lines.add(ExplainInputLines.fact("now", "no answer"));
      return;
    }
    lines.add(
        ExplainInputLines.fact(
            "now",
            answer(reply.modelVersion(), reply.rung(), reply.rungReason(), reply.items().size())
                + String.format(
                    Locale.ROOT,
                    "; scores at most %.6f apart",
                    ListDifference.largest(PastList.served(input), reply.items()))));
    lines.addAll(ExplainInputLines.candidates(reply.candidates()));
  }

  private static String answer(String version, String rung, String reason, int items) {
    return "version "
        + PrintableText.of(version)
        + ", "
        + rung
        + (reason.isEmpty() ? "" : " (" + PrintableText.of(reason) + ")")
        + ", "
        + PrintableText.count(items, "item");
  }

  private void addRules(List<String> lines, RecommendationInput input, Outcome kept) {
    lines.add(
        "  "
            + PrintableText.count(input.getRules().size(), "rule")
            + " in force for items of the list"
            + (input.getRulesLeftOut() == 0
                ? ""
                : "; " + input.getRulesLeftOut() + " more were not kept"));
    for (AppliedRule rule : kept.applied()) {
      lines.add(
          "  "
              + (rule.getRuleId().isEmpty() ? "catalogue" : PrintableText.of(rule.getRuleId()))
              + " ("
              + PrintableText.of(rule.getAction())
              + "): "
              + rule.getItemIds().stream()
                  .map(titles)
                  .map(PrintableText::of)
                  .collect(Collectors.joining(", ")));
    }
    if (kept.applied().isEmpty()) {
      lines.add("  none changed it");
    }
  }

  private void addItems(List<String> lines, Explanation explanation) {
    RecommendationInput input = explanation.input();
    Map<String, Integer> served = ExplainInputLines.places(PastList.served(input));
    Outcome again = explanation.again();
    Map<String, Integer> now = ExplainInputLines.places(again == null ? List.of() : again.items());
    Recommendation list = explanation.list();
    List<Candidate> items =
        list == null ? explanation.kept().items() : ListDifference.of(list.getItems());
    lines.add("   #  model  again     score  source          item");
    for (int place = 0; place < items.size(); place++) {
      Candidate item = items.get(place);
      lines.add(
          String.format(
              Locale.ROOT,
              "%4d  %5s  %5s  %8.4f  %s  %s",
              place + 1,
              served.containsKey(item.itemId()) ? served.get(item.itemId()) : "-",
              now.containsKey(item.itemId()) ? now.get(item.itemId()) : "-",
              item.score(),
              PrintableText.pad(item.source(), 14),
              PrintableText.of(titles.apply(item.itemId()))));
    }
    if (items.isEmpty()) {
      lines.add("  empty");
    }
  }

  private void addVerdict(List<String> lines, Explanation explanation) {
    switch (explanation.verdict()) {
      case SAME ->
          lines.add(
              "  The same list comes out: same items in the same order, scores within 0.0001.");
      case DIFFERENT -> lines.add("  Another list comes out:");
      case UNKNOWN ->
          lines.add(
              "  Over the answer that was kept the last mile gives the same list; the answer itself"
                  + " cannot be made again:");
    }
    explanation.reasons().stream()
        .limit(DIFFERENCES)
        .forEach(reason -> lines.add("    " + PrintableText.of(reason)));
    int more = explanation.reasons().size() - DIFFERENCES;
    if (more > 0) {
      lines.add("    and " + more + " more");
    }
  }
}
