package io.millrace.flink.lastmile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Not more than a number of matching items of each value of an attribute in the first places. */
final class AtMostEach extends Action {
  private final int most;
  private final String attribute;
  private final Map<String, Integer> placed = new HashMap<>();
  private int within;

  AtMostEach(CompiledRule compiled, long now) {
    super(compiled, now);
    this.most = count(compiled);
    this.attribute = Objects.requireNonNull(compiled.rule().getAttribute(), "attribute");
  }

  @Override
  void begin(List<Entry> entries, int k) {
    within = within(compiled(), k);
    placed.clear();
  }

  @Override
  boolean forbids(Entry entry, int place) {
    return place < within
        && values(entry).stream().anyMatch(value -> placed.getOrDefault(value, 0) >= most);
  }

  @Override
  void placed(Entry entry, int place) {
    if (place < within) {
      values(entry).forEach(value -> placed.merge(value, 1, Integer::sum));
    }
  }

  private List<String> values(Entry entry) {
    ItemFacts facts = entry.facts();
    return facts == null || !matches(entry) ? List.of() : facts.values(attribute);
  }
}
