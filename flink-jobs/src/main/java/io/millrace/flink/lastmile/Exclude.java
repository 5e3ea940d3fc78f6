package io.millrace.flink.lastmile;

/** Matching items are in no list. */
final class Exclude extends Action {
  Exclude(CompiledRule compiled, long now) {
    super(compiled, now);
  }

  @Override
  boolean keepsOut(Entry entry) {
    if (!matches(entry)) {
      return false;
    }
    actsOn(entry);
    return true;
  }
}
