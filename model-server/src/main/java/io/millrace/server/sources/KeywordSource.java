package io.millrace.server.sources;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** What the profile's keywords say of items, in standard deviations over the catalogue. */
final class KeywordSource implements CandidateSource {
  private final int quota;
  private final KeywordIndex index;
  private final IntPredicate counts;
  private final Standardised scores;

  /**
   * Over a catalogue of so many items.
   *
   * @param counts whether it has a say for a history of so many events
   */
  KeywordSource(int quota, KeywordIndex index, IntPredicate counts, int items) {
    this.quota = quota;
    this.index = index;
    this.counts = counts;
    this.scores = new Standardised(items);
  }

  @Override
  public Source source() {
    return Source.KEYWORDS;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    scores.off();
    Keywords keywords = row.keywords();
    if (keywords != null && counts.test(row.items().length)) {
      Arrays.fill(scores.raw(), 0f);
      index.addScores(keywords, scores.raw());
      scores.standardise(false);
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    for (int item = 0; scores.isOn() && item < scores.raw().length; item++) {
      float score = scores.raw()[item];
      if (score > 0 && !excluded.has(item)) {
        best.offer(item, score);
      }
    }
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    scores.write(candidates, into);
  }
}
