package io.millrace.server.ranking;

import static java.util.Map.entry;

import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.Source;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** Every feature that a ranker can ask for, by the name that training knows it by. */
public final class FeatureNames {
  private static final Map<String, Function<ItemSources, RankerFeature>> ALL =
      Map.ofEntries(
          entry("retriever", sources -> new SourceScore(Source.RETRIEVER, false)),
          entry("retriever_place", sources -> new SourcePlace(Source.RETRIEVER)),
          entry("transitions", sources -> new SourceScore(Source.TRANSITIONS, false)),
          entry("transitions_place", sources -> new SourcePlace(Source.TRANSITIONS)),
          entry("cooccurrence", sources -> new SourceScore(Source.COOCCURRENCE, false)),
          entry("cooccurrence_place", sources -> new SourcePlace(Source.COOCCURRENCE)),
          entry("text", sources -> new SourceScore(Source.TEXT, false)),
          entry("text_place", sources -> new SourcePlace(Source.TEXT)),
          entry("multi_interest", sources -> new SourceScore(Source.MULTI_INTEREST, false)),
          entry("multi_interest_place", sources -> new SourcePlace(Source.MULTI_INTEREST)),
          entry("fresh", sources -> new SourceScore(Source.FRESH, false)),
          entry("fresh_place", sources -> new SourcePlace(Source.FRESH)),
          entry("keywords", sources -> new SourceScore(Source.KEYWORDS, false)),
          entry("profile", sources -> new SourceScore(Source.PROFILE, false)),
          entry("popular", sources -> new SourceScore(Source.POPULAR, false)),
          entry("popular_now", sources -> new SourceScore(Source.POPULAR_NOW, true)),
          entry("popular_now_place", sources -> new SourcePlace(Source.POPULAR_NOW)),
          entry("text_recent", sources -> new RecentTexts(sources.texts())),
          entry("history_length", sources -> HistoryShape.length()),
          entry("newest_gap", sources -> HistoryShape.newestGap()),
          entry("session_length", sources -> HistoryShape.sessionLength()),
          entry("repeats", sources -> new Repeats(sources.counts().items())),
          entry("repeat_recency", sources -> new RepeatRecency(sources.counts().items())));

  private FeatureNames() {}

  /** Those names that no feature has. */
  public static List<String> unknown(List<String> names) {
    return names.stream().filter(name -> !ALL.containsKey(name)).toList();
  }

  /** All names, for messages. */
  public static List<String> all() {
    return List.copyOf(new TreeSet<>(ALL.keySet()));
  }

  /** The feature of that name, with scratch space of its own. */
  static RankerFeature create(String name, ItemSources sources) {
    Function<ItemSources, RankerFeature> factory = ALL.get(name);
    if (factory == null) {
      throw new IllegalArgumentException("no feature '" + name + "'; there are " + all());
    }
    return factory.apply(sources);
  }
}
