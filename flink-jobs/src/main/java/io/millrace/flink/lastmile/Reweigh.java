package io.millrace.flink.lastmile;

/** The value of a matching item's place is multiplied by a factor: BOOST and BURY. */
final class Reweigh extends Action {
  private final double factor;

  Reweigh(CompiledRule compiled, long now) {
    super(compiled, now);
    Float given = compiled.rule().getFactor();
    if (given == null) {
      throw new IllegalArgumentException("unchecked rule " + compiled.rule());
    }
    this.factor = given;
  }

  @Override
  double factor(Entry entry) {
    return matches(entry) ? factor : 1;
  }

  /** Notes a candidate that the factors moved, if it moved where this one pulls. */
  void moved(Entry entry, int from, int to) {
    if (matches(entry) && (factor > 1 ? to < from : to > from)) {
      actsOn(entry);
    }
  }
}
