package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.Tensor;
import io.millrace.server.sources.PopularNow;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Reads what is popular at the moment of a call, for each of its rows. */
final class PopularReader {
  /** Far above any count, and far below what a sum of them overflows with. */
  private static final float MOST_COUNT = 1e12f;

  private final String model;
  private final Tensor ids;
  private final Tensor counts;
  private final Vocabulary vocabulary;

  /** Over tensors whose content agrees with their shapes, of as many rows each. */
  PopularReader(String model, Tensor ids, Tensor counts, Vocabulary vocabulary) {
    this.model = model;
    this.ids = ids;
    this.counts = counts;
    this.vocabulary = vocabulary;
  }

  /**
   * Each row's list, without items that the vocabulary does not have.
   *
   * @throws io.millrace.server.inference.InferenceException if they are not ids with counts
   */
  PopularNow[] all() {
    if (!Arrays.equals(ids.shape(), counts.shape())) {
      throw invalid(
          "model '%s': input '%s' has shape %s, '%s' has %s; they must be the same",
          model,
          counts.name(),
          Arrays.toString(counts.shape()),
          ids.name(),
          Arrays.toString(ids.shape()));
    }
    if (ids.dim(1) > RecommenderSignature.MOST_POPULAR) {
      throw invalid(
          "model '%s': input '%s' has %d items a row; %d are the most, send the most popular",
          model, ids.name(), ids.dim(1), RecommenderSignature.MOST_POPULAR);
    }
    int[][] indices = new IdRows(model, ids, vocabulary).all();
    FloatBuffer values = counts.data().asFloatBuffer();
    PopularNow[] rows = new PopularNow[indices.length];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row(indices[row], values, row * Math.toIntExact(ids.dim(1)));
    }
    return rows;
  }

  private PopularNow row(int[] indices, FloatBuffer values, int first) {
    int[] items = new int[indices.length];
    float[] read = new float[indices.length];
    int known = 0;
    for (int i = 0; i < indices.length; i++) {
      float count = values.get(first + i);
      if (!(count >= 0 && count <= MOST_COUNT)) {
        throw invalid(
            "model '%s': input '%s' element %d is %s; it is a count, from 0 to %s",
            model, counts.name(), first + i, count, MOST_COUNT);
      }
      if (indices[i] != Vocabulary.UNKNOWN) {
        items[known] = indices[i] - Vocabulary.FIRST_ITEM;
        read[known++] = count;
      }
    }
    return new PopularNow(Arrays.copyOf(items, known), Arrays.copyOf(read, known));
  }
}
