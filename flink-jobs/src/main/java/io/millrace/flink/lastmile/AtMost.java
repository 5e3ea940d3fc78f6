package io.millrace.flink.lastmile;

import java.util.List;

/** Not more than a number of matching items among the first places. */
final class AtMost extends Action {
  private final int most;
  private int within;
  private int placed;

  AtMost(CompiledRule compiled, long now) {
    super(compiled, now);
    this.most = count(compiled);
  }

  @Override
  void begin(List<Entry> entries, int k) {
    within = within(compiled(), k);
    placed = 0;
  }

  @Override
  boolean forbids(Entry entry, int place) {
    return place < within && placed >= most && matches(entry);
  }

  @Override
  void placed(Entry entry, int place) {
    if (place < within && matches(entry)) {
      placed++;
    }
  }
}
