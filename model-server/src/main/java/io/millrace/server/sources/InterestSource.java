package io.millrace.server.sources;

import java.util.Arrays;

/**
 * What goes with each of the user's interests, in proportion to what the interest counts, so that
 * the newest one does not take all the room (kNN-Embed, El-Kishky et al., 2022, with interests that
 * grow out of the user's own events). From the newest event back, one joins the interest whose
 * neighbours it is among most, or begins a new one while there is room; an item's score is the sum
 * over the interests of the interest's share of the events times the item's share of what the
 * interest asks for.
 */
final class InterestSource implements CandidateSource {
  private final int quota;
  private final NeighbourTable table;
  private final SourceSettings.Table how;

  /** What each interest says of items, and what its events count together. */
  private final SparseScores[] interests;

  private final double[] weights;
  private final SparseScores mixture;
  private int begun;

  /**
   * Over a table.
   *
   * @param most interests of a row; events that belong to none of them say nothing
   */
  InterestSource(int quota, NeighbourTable table, SourceSettings.Table how, int most) {
    this.quota = quota;
    this.table = table;
    this.how = how;
    this.interests = new SparseScores[most];
    Arrays.setAll(interests, interest -> new SparseScores(table.items()));
    this.weights = new double[most];
    this.mixture = new SparseScores(table.items());
  }

  @Override
  public Source source() {
    return Source.MULTI_INTEREST;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    mixture.clear();
    begun = 0;
    int[] history = row.items();
    double weight = 1;
    double sum = 0;
    for (int at = history.length - 1; at >= Math.max(0, history.length - how.events()); at--) {
      int item = history[at];
      if (item != SourceRow.UNKNOWN && table.has(item)) {
        int interest = interestOf(item);
        if (interest < interests.length) {
          join(item, interest, weight);
          sum += weight;
        }
      }
      weight *= how.decay();
    }
    for (int interest = 0; interest < begun; interest++) {
      double share = weights[interest] / sum;
      interests[interest].addTo(mixture, (float) (share / interests[interest].sum()));
    }
  }

  /** The first of those that say most of an item; the next one to begin if none speaks for it. */
  private int interestOf(int item) {
    int found = begun;
    float most = 0;
    for (int interest = 0; interest < begun; interest++) {
      float said = interests[interest].of(item);
      if (said > most) {
        most = said;
        found = interest;
      }
    }
    return found;
  }

  private void join(int item, int interest, double weight) {
    if (interest == begun) {
      interests[interest].clear();
      weights[interest] = 0;
      begun++;
    }
    table.addTo(item, (float) weight, interests[interest]);
    weights[interest] += weight;
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    mixture.offer(excluded, best);
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    mixture.write(candidates, into);
  }
}
