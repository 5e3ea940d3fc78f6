package io.millrace.server.sources;

/**
 * A source's score of every item in standard deviations over the catalogue, so that sources of any
 * scale can be added; above 0 it speaks for the item, below against it. Reused from row to row; for
 * one thread at a time.
 */
public final class Standardised {
  private final float[] scores;
  private boolean on;

  /** For a catalogue of so many items. */
  public Standardised(int items) {
    this.scores = new float[items];
  }

  /** Says that the source says nothing of the row. */
  public void off() {
    on = false;
  }

  /** The scores to fill before {@link #standardise}; what the last row left is in them. */
  public float[] raw() {
    return scores;
  }

  /**
   * Standardises; equal scores for all items say nothing, and turn the source off.
   *
   * @param centre whether the mean says nothing, as for a cosine; else 0 does
   */
  public void standardise(boolean centre) {
    double sum = 0;
    double squares = 0;
    for (float score : scores) {
      sum += score;
      squares += (double) score * score;
    }
    double mean = sum / scores.length;
    double deviation = Math.sqrt(Math.max(0, squares / scores.length - mean * mean));
    on = deviation > 1e-9;
    if (on) {
      double neutral = centre ? mean : 0;
      for (int item = 0; item < scores.length; item++) {
        scores[item] = (float) ((scores[item] - neutral) / deviation);
      }
    }
  }

  /** Whether it says anything of the row. */
  public boolean isOn() {
    return on;
  }

  /** Writes the candidates' scores over zeros, which stay when the source says nothing. */
  void write(CandidateSet candidates, float[] into) {
    for (int i = 0; on && i < candidates.size(); i++) {
      into[i] = scores[candidates.item(i)];
    }
  }
}
