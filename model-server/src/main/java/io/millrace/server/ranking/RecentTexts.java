package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.SourceRow;
import io.millrace.server.sources.TextVectors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The mean cosine of a candidate's text vector with those of the newest items of the history that
 * have one; 0 without vectors.
 */
final class RecentTexts implements RankerFeature {
  private static final int NEWEST = 5;

  private final @Nullable TextVectors texts;
  private final float[] sum = new float[TextVectors.DIMS];

  RecentTexts(@Nullable TextVectors texts) {
    this.texts = texts;
  }

  @Override
  public void write(SourceRow row, CandidateSet candidates, float[] into, int at, int stride) {
    TextVectors vectors = texts;
    int found = vectors == null ? 0 : sum(vectors, row.items());
    for (int i = 0; i < candidates.size(); i++) {
      into[at + i * stride] =
          vectors == null || found == 0 ? 0 : vectors.dot(sum, candidates.item(i)) / found;
    }
  }

  private int sum(TextVectors vectors, int[] history) {
    Arrays.fill(sum, 0f);
    int found = 0;
    for (int event = history.length - 1; event >= 0 && found < NEWEST; event--) {
      if (history[event] != SourceRow.UNKNOWN && vectors.has(history[event])) {
        vectors.addTo(history[event], sum);
        found++;
      }
    }
    return found;
  }
}
