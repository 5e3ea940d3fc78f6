package io.millrace.flink.lastmile;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The first matching candidate, in the order of the items that the rule names, stands at a place.
 */
final class Pin extends Action {
  private final int place;

  Pin(CompiledRule compiled, long now) {
    super(compiled, now);
    this.place = Objects.requireNonNull(compiled.rule().getPosition(), "position") - 1;
  }

  @Override
  void choose(ListPlan plan, List<Entry> entries, BitSet taken) {
    List<String> named = List.copyOf(compiled().itemIds());
    entries.stream()
        .filter(entry -> matches(entry) && !taken.get(entry.index()))
        .min(Comparator.comparingInt(entry -> named.indexOf(entry.itemId())))
        .filter(entry -> plan.reserve(entry, place))
        .ifPresent(
            entry -> {
              taken.set(entry.index());
              actsOn(entry);
            });
  }
}
