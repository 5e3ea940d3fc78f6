package io.millrace.server.sources;

import java.nio.FloatBuffer;
import java.util.function.IntPredicate;

/**
 * How close the profile's vector is to that of each item's text, in standard deviations over the
 * catalogue.
 */
final class ProfileSource implements CandidateSource {
  private final int quota;
  private final ItemVectors vectors;
  private final IntPredicate counts;
  private final Standardised scores;

  /**
   * Over a catalogue of so many items.
   *
   * @param counts whether it has a say for a history of so many events
   */
  ProfileSource(int quota, ItemVectors vectors, IntPredicate counts, int items) {
    this.quota = quota;
    this.vectors = vectors;
    this.counts = counts;
    this.scores = new Standardised(items);
  }

  @Override
  public Source source() {
    return Source.PROFILE;
  }

  @Override
  public int quota() {
    return quota;
  }

  @Override
  public void score(SourceRow row) {
    scores.off();
    FloatBuffer profile = row.profile();
    if (profile != null && counts.test(row.items().length)) {
      vectors.cosines(profile, scores.raw());
      scores.standardise(true);
    }
  }

  @Override
  public void offer(ItemMarks excluded, BestItems best) {
    for (int item = 0; scores.isOn() && item < scores.raw().length; item++) {
      float score = scores.raw()[item];
      if (score > 0 && !excluded.has(item) && vectors.has(item)) {
        best.offer(item, score);
      }
    }
  }

  @Override
  public void write(CandidateSet candidates, float[] into) {
    scores.write(candidates, into);
  }
}
