package io.millrace.server.sources;

import io.millrace.server.inference.ModelLoadException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How likely each item is to be liked, by everybody and by those who say something of themselves:
 * what naive Bayes needs to tell what somebody likes of whom nothing but words is known. Training
 * counts it. Immutable.
 */
public final class LikeMinded {
  private static final String LETTERS = "MRLM";
  private static final int VERSION = 1;
  private static final int MOST_TERMS = 10_000;
  private static final int MOST_TERM_BYTES = 1_000;

  private final float[] shares;
  private final Map<String, float[]> lifts;

  private LikeMinded(float[] shares, Map<String, float[]> lifts) {
    this.shares = shares;
    this.lifts = lifts;
  }

  /**
   * Reads, all little endian: the letters MRLM, version, items, terms; each term, a phrase as
   * {@link Terms} writes it, as its length in bytes and UTF-8; for each item the natural logarithm
   * of its share of all likes; and for each term, item after item, by how much that is more among
   * the likes of those who say the term of themselves.
   *
   * @param items of the vocabulary
   * @throws ModelLoadException if the file is not such a table over that vocabulary
   */
  public static LikeMinded read(Path file, int items) {
    ByteBuffer bytes = TableFile.open(file, "table of likes", LETTERS, VERSION, items);
    int count = bytes.getInt();
    if (count < 0 || count > MOST_TERMS) {
      throw TableFile.broken(file, "has " + count + " terms, they go from 0 to " + MOST_TERMS);
    }
    String[] terms = new String[count];
    for (int term = 0; term < count; term++) {
      terms[term] = term(file, bytes, term);
    }
    long expected = (1L + count) * items * Float.BYTES;
    if (bytes.remaining() != expected) {
      throw TableFile.broken(
          file,
          String.format(
              "has %d bytes behind its terms; %d terms over %d items have %d",
              bytes.remaining(), count, items, expected));
    }
    float[] shares = numbers(file, bytes, items);
    Map<String, float[]> lifts = new HashMap<>();
    for (String term : terms) {
      if (lifts.put(term, numbers(file, bytes, items)) != null) {
        throw TableFile.broken(file, "has the term '" + term + "' twice");
      }
    }
    return new LikeMinded(shares, lifts);
  }

  private static String term(Path file, ByteBuffer bytes, int number) {
    int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
    if (length < 1 || length > Math.min(MOST_TERM_BYTES, bytes.remaining())) {
      throw TableFile.broken(
          file, "ends within term " + number + ", or that has " + length + " bytes");
    }
    ByteBuffer utf8 = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw TableFile.broken(file, "has term " + number + ", which is not UTF-8");
    }
  }

  private static float[] numbers(Path file, ByteBuffer bytes, int items) {
    float[] numbers = new float[items];
    for (int item = 0; item < items; item++) {
      numbers[item] = bytes.getFloat();
      if (!Float.isFinite(numbers[item])) {
        throw TableFile.broken(file, "has " + numbers[item] + " for item " + item);
      }
    }
    return numbers;
  }

  /** Writes what everybody likes over the scores, one for each item. */
  void start(float[] scores) {
    System.arraycopy(shares, 0, scores, 0, shares.length);
  }

  /**
   * Adds what those like who say a term of themselves; a term that nobody has said adds nothing.
   */
  void add(String term, float weight, float[] scores) {
    float[] lift = lifts.get(term);
    for (int item = 0; lift != null && item < scores.length; item++) {
      scores[item] += weight * lift[item];
    }
  }
}
