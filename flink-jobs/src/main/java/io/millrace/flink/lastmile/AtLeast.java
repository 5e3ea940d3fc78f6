package io.millrace.flink.lastmile;

import java.util.List;

/**
 * A number of matching items among the first places, where there are as many. {@link Demands} says
 * when a place must be theirs.
 */
final class AtLeast extends Action {
  private final int least;
  private int within;
  private int placed;
  private int left;

  AtLeast(CompiledRule compiled, long now) {
    super(compiled, now);
    this.least = count(compiled);
  }

  @Override
  void begin(List<Entry> entries, int k) {
    within = within(compiled(), k);
    placed = 0;
    left = (int) entries.stream().filter(this::matches).count();
  }

  @Override
  int wanted() {
    return Math.max(0, Math.min(least - placed, left));
  }

  @Override
  int window() {
    return within;
  }

  @Override
  void placed(Entry entry, int place) {
    if (matches(entry)) {
      left--;
      if (place < within) {
        placed++;
      }
    }
  }
}
