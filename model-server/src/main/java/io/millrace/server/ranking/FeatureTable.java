package io.millrace.server.ranking;

import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.ItemSources;
import io.millrace.server.sources.SourceRow;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** A ranker's features of the candidates of a row, as its graph reads them. For one thread. */
public final class FeatureTable {
  private final List<RankerFeature> features;
  private float[] values = new float[0];

  /**
   * Of those features.
   *
   * @param names the columns, in their order, each of them known
   */
  public FeatureTable(List<String> names, ItemSources sources) {
    this.features = names.stream().map(name -> FeatureNames.create(name, sources)).toList();
  }

  /** How many columns there are. */
  public int width() {
    return features.size();
  }

  /**
   * Appends a row's candidates, each with all its features, and zeros for those that are missing.
   *
   * @param places candidates of the longest row
   */
  public void write(SourceRow row, CandidateSet candidates, int places, FloatBuffer into) {
    int used = candidates.size() * width();
    if (values.length < places * width()) {
      values = new float[places * width()];
    }
    for (int column = 0; column < width(); column++) {
      features.get(column).write(row, candidates, values, column, width());
    }
    into.put(values, 0, used);
    Arrays.fill(values, used, places * width(), 0f);
    into.put(values, used, places * width() - used);
  }
}
