package io.millrace.standalone.evaluation;

import java.util.BitSet;
import java.util.List;

/**
 * Compares each list, as it left the system, with what its user did next.
 *
 * <p>The first list of a trigger counts, in whatever order lists arrive. Thread-safe.
 */
public final class ListEvaluation {
  private final Triggers triggers;
  private final RankingMetrics metrics = new RankingMetrics();
  private final BitSet scored;

  /** Nothing compared yet. */
  public ListEvaluation(Triggers triggers) {
    this.triggers = triggers;
    this.scored = new BitSet(triggers.size());
  }

  /**
   * Takes in a list.
   *
   * @param trigger its number in {@link Triggers}
   * @param itemIds best first; what is beyond the first 10 does not count
   */
  public synchronized void score(int trigger, List<String> itemIds) {
    int target = triggers.target(trigger);
    if (target == Triggers.NONE || scored.get(trigger)) {
      return;
    }
    scored.set(trigger);
    int rank =
        triggers.seenBefore(target)
            ? RankingMetrics.UNRANKED
            : itemIds.indexOf(triggers.itemAt(target)) + 1;
    metrics.add(rank);
  }

  /** Over the lists that have arrived. */
  public synchronized Quality soFar() {
    return metrics.quality();
  }

  /** Over all targets: a list that did not arrive is a miss. */
  public synchronized Quality overAll() {
    return metrics.quality(triggers.targetCount());
  }
}
