package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.Tensor;
import io.millrace.server.sources.KeywordIndex;
import io.millrace.server.sources.Keywords;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the keywords of a request's rows and looks them up, in the caller's thread. */
final class KeywordReader {
  /** Bytes of a keyword at most: a claim is a few words. */
  private static final int MOST_BYTES = 256;

  /** Far above any weight of a claim, which goes from -1 to 1. */
  private static final float MOST_WEIGHT = 1e3f;

  private static final int[] UNKNOWN = {};

  private final String model;
  private final Tensor texts;
  private final Tensor weights;
  private final @Nullable KeywordIndex index;

  /**
   * Over tensors whose content agrees with their shapes, of as many rows each.
   *
   * @param index null to check them only
   */
  KeywordReader(String model, Tensor texts, Tensor weights, @Nullable KeywordIndex index) {
    this.model = model;
    this.texts = texts;
    this.weights = weights;
    this.index = index;
  }

  /**
   * Each row's keywords; null for a row without known ones.
   *
   * @throws io.millrace.server.inference.InferenceException if they are not keywords with weights
   */
  @Nullable Keywords[] all() {
    if (!Arrays.equals(texts.shape(), weights.shape())) {
      throw invalid(
          "model '%s': input 'keyword_weight' has shape %s, 'keyword' has %s; they must be the same",
          model, Arrays.toString(weights.shape()), Arrays.toString(texts.shape()));
    }
    if (texts.dim(1) > RecommenderSignature.MOST_KEYWORDS) {
      throw invalid(
          "model '%s': input 'keyword' has %d keywords a row; %d are the most, send the weightiest",
          model, texts.dim(1), RecommenderSignature.MOST_KEYWORDS);
    }
    @Nullable Keywords[] rows = new Keywords[Math.toIntExact(texts.dim(0))];
    ByteBuffer text = texts.data();
    FloatBuffer weight = weights.data().asFloatBuffer();
    int width = Math.toIntExact(texts.dim(1));
    for (int row = 0; row < rows.length; row++) {
      Keywords keywords = row(text, weight, width, row * width);
      rows[row] = keywords.isUnknown() ? null : keywords;
    }
    return rows;
  }

  private Keywords row(ByteBuffer text, FloatBuffer weight, int width, int first) {
    int[][] terms = new int[width][];
    float[] read = new float[width];
    for (int i = 0; i < width; i++) {
      String keyword = keyword(text, first + i);
      float given = weight.get(first + i);
      terms[i] = index == null || keyword.isEmpty() ? UNKNOWN : index.find(keyword);
      if (!keyword.isEmpty() && !(Math.abs(given) <= MOST_WEIGHT)) {
        throw invalid(
            "model '%s': input 'keyword_weight' element %d is %s; it must be finite, at most %s in"
                + " size",
            model, first + i, given, MOST_WEIGHT);
      }
      read[i] = keyword.isEmpty() ? 0 : given;
    }
    return new Keywords(terms, read);
  }

  private String keyword(ByteBuffer text, int element) {
    int bytes = text.getInt();
    if (bytes > MOST_BYTES) {
      throw invalid(
          "model '%s': input 'keyword' element %d has %d bytes; %d are the most",
          model, element, bytes, MOST_BYTES);
    }
    ByteBuffer utf8 = text.slice(text.position(), bytes);
    text.position(text.position() + bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw invalid("model '%s': input 'keyword' element %d is not UTF-8", model, element);
    }
  }
}
