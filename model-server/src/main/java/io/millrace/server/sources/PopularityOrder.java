package io.millrace.server.sources;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Items from the most popular one on: items that a keyword scores the same come in this order. */
@SuppressWarnings("ArrayRecordComponent")
public record PopularityOrder(int[] items, int[] places) {

  /**
   * Orders items, equally popular ones by their numbers.
   *
   * @param events how often each item was met
   */
  public static PopularityOrder of(List<Integer> events) {
    int[] items =
        IntStream.range(0, events.size())
            .boxed()
            .sorted(Comparator.comparing((Integer item) -> -events.get(item)))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] places = new int[items.length];
    for (int place = 0; place < items.length; place++) {
      places[items[place]] = place;
    }
    return new PopularityOrder(items, places);
  }
}
