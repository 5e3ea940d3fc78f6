package io.millrace.standalone.cli.explain;

import io.millrace.flink.lastmile.Candidate;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.avro.Reranking;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.explain.ScoredCandidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a list was made from, as lines of text, each with a name. */
final class ExplainInputLines {
  private static final int NEWEST = 5;
  private static final int KEYWORDS = 8;

  private final UnaryOperator<String> titles;

  /** With what people call items. */
  ExplainInputLines(UnaryOperator<String> titles) {
    this.titles = titles;
  }

  /** A line of a name and a value. */
  static String fact(String name, String value) {
    return "  " + PrintableText.pad(name, 11) + value;
  }

  /** Places of a list by item, from 1. */
  static Map<String, Integer> places(List<Candidate> items) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < items.size(); place++) {
      places.putIfAbsent(items.get(place).itemId(), place + 1);
    }
    return places;
  }

  List<String> lines(ModelCall call) {
    List<String> lines = new ArrayList<>();
    List<String> items = call.getItemIds();
    lines.add(
        fact(
            "sequence",
            PrintableText.count(items.size(), "event")
                + (items.isEmpty() ? "" : ", the newest first: " + newest(items))));
    lines.add(
        fact("left out", PrintableText.count(call.getExcludeIds().size(), "item") + " by id"));
    lines.add(fact("profile", call.getProfile() == null ? "no vector" : "a vector"));
    if (!call.getKeywords().isEmpty()) {
      lines.add(fact("keywords", keywords(call)));
    }
    if (!call.getPopularIds().isEmpty()) {
      lines.add(
          fact("popular", PrintableText.count(call.getPopularIds().size(), "item") + " of now"));
    }
    lines.add(
        fact("asked for", PrintableText.count(call.getK(), "item"))
            + (call.getDiversity() > 0
                ? String.format(Locale.ROOT, ", diversity %.2f", call.getDiversity())
                : ""));
    return lines;
  }

  /** What a language model had found that had a say. */
  static String reranking(Reranking used) {
    return fact(
        "reranked",
        String.format(
            Locale.ROOT,
            "by %s (%s), weight %.2f; %s of the answer had been looked over in list %s",
            PrintableText.of(used.getModel()),
            PrintableText.of(used.getPromptVersion()),
            used.getWeight(),
            PrintableText.count(used.getScores().size(), "item"),
            PrintableText.of(used.getRecommendationId())));
  }

  private String newest(List<String> items) {
    String names =
        IntStream.range(0, Math.min(NEWEST, items.size()))
            .mapToObj(back -> items.get(items.size() - 1 - back))
            .map(titles)
            .map(PrintableText::of)
            .collect(Collectors.joining(", "));
    return items.size() <= NEWEST ? names : names + ", ...";
  }

  private static String keywords(ModelCall call) {
    int size = Math.min(call.getKeywords().size(), call.getKeywordWeights().size());
    String first =
        IntStream.range(0, Math.min(KEYWORDS, size))
            .mapToObj(
                i ->
                    PrintableText.of(call.getKeywords().get(i))
                        + String.format(Locale.ROOT, " %+.2f", call.getKeywordWeights().get(i)))
            .collect(Collectors.joining(", "));
    return size <= KEYWORDS ? first : first + ", ...";
  }

  /** How many candidates each source brought, alone or with others. */
  static List<String> candidates(List<ScoredCandidate> candidates) {
    if (candidates.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> bySource = new TreeMap<>();
    for (ScoredCandidate candidate : candidates) {
      for (String source : candidate.sources().split(",", -1)) {
        bySource.merge(source, 1, Integer::sum);
      }
    }
    return List.of(
        fact(
            "candidates",
            PrintableText.count(candidates.size(), "candidate")
                + ": "
                + bySource.entrySet().stream()
                    .map(source -> PrintableText.of(source.getKey()) + " " + source.getValue())
                    .collect(Collectors.joining(", "))));
  }
}
