package io.millrace.flink.functions;

import io.millrace.flink.features.LastList;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rung;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * What the dashboard shows of where lists come from: how many a profile went into and how old it
 * was then, over the newest {@value #WINDOW} of them, items by the source that brought them, and
 * those of them that were met next.
 */
final class ListOrigins {
  private static final int WINDOW = 1000;
  private static final long MILLIS_PER_SECOND = 1000;

  /** Sources with a counter of their own: a model may name others, and counters stay for good. */
  private static final List<String> SOURCES =
      List.of(
          "retriever",
          "keywords",
          "profile",
          "popular",
          "transitions",
          "cooccurrence",
          "text",
          "popular_now",
          "rising",
          "continuation",
          "multi_interest",
          "fresh",
          "like_minded",
          "pinned");

  /** Lists of the model server's that were asked for with a profile. */
  final Counter profiled;

  /** Seconds from when a profile was written until a list was made with it. */
  final Histogram profileAge;

  /** Events that cause a list, of users who had one before. */
  final Counter eventsAfterLists;

  private final Map<String, Counter> bySource = new HashMap<>();
  private final Map<String, Counter> metBySource = new HashMap<>();
  private final Counter others;
  private final Counter othersMet;

  ListOrigins(MetricGroup group) {
    profiled = group.counter("lists_profiled");
    profileAge = group.histogram("profileAgeSeconds", new DescriptiveStatisticsHistogram(WINDOW));
    SOURCES.forEach(source -> bySource.put(source, group.counter("items_" + source)));
    others = group.counter("items_other");
    eventsAfterLists = group.counter("eventsAfterLists");
    SOURCES.forEach(source -> metBySource.put(source, group.counter("met_" + source)));
    othersMet = group.counter("met_other");
  }

  /** Events on an item that a source had brought into the user's list before. */
  Counter met(String source) {
    return metBySource.getOrDefault(source, othersMet);
  }

  /**
   * Counts an event: over {@link #eventsAfterLists}, what was {@link #met} is the recall of a
   * source's items in lists.
   *
   * @param before the list that the user had; null without one
   */
  void happened(@Nullable LastList before, String itemId) {
    if (before == null) {
      return;
    }
    eventsAfterLists.inc();
    for (LastList.Item item : before.items()) {
      if (item.itemId().equals(itemId)) {
        met(item.source()).inc();
        return;
      }
    }
  }

  /** Items of a source, all unknown ones being one. */
  Counter items(String source) {
    return bySource.getOrDefault(source, others);
  }

  /** Counts a list that leaves. */
  void left(Recommendation list, PendingList.Inputs inputs) {
    for (RecommendedItem item : list.getItems()) {
      items(item.getSource()).inc();
    }
    boolean served = list.getRung() == Rung.RANKED || list.getRung() == Rung.RETRIEVED;
    if (served && inputs.profileVersion() >= 0) {
      profiled.inc();
      long millis = list.getCreatedAt().toEpochMilli() - inputs.profileUpdatedAt();
      profileAge.update(Math.max(0, millis) / MILLIS_PER_SECOND);
    }
  }
}
