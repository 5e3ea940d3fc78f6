package io.millrace.server.recommender;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The ids of a BYTES tensor [B, n] as indices; empty ids at the end of a row only pad it. */
final class IdRows {
  private static final int LENGTH_BYTES = 4;

  private final String model;
  private final Tensor ids;
  private final Vocabulary vocabulary;
  private final byte[] bytes;
  private final ByteBuffer lengths;
  private int offset;

  /** Over a tensor whose content agrees with its shape. */
  IdRows(String model, Tensor ids, Vocabulary vocabulary) {
    this.model = model;
    this.ids = ids;
    this.vocabulary = vocabulary;
    this.bytes = new byte[ids.byteSize()];
    ids.data().get(bytes);
    this.lengths = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Each row's ids, unknown ones included.
   *
   * @throws io.millrace.server.inference.InferenceException if one is not UTF-8, or padding is
   *     followed by an id
   */
  int[][] all() {
    offset = 0;
    int[][] rows = new int[Math.toIntExact(ids.dim(0))][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row(row, Math.toIntExact(ids.dim(1)));
    }
    return rows;
  }

  /** As {@link #all()}, without those that the vocabulary does not have. */
  int[][] known() {
    int[][] rows = all();
    for (int row = 0; row < rows.length; row++) {
      int known = 0;
      for (int index : rows[row]) {
        if (index != Vocabulary.UNKNOWN) {
          rows[row][known++] = index;
        }
      }
      rows[row] = cut(rows[row], known);
    }
    return rows;
  }

  private int[] row(int row, int width) {
    int[] indices = new int[width];
    int length = 0;
    for (int i = 0; i < width; i++) {
      int idBytes = lengths.getInt(offset);
      offset += LENGTH_BYTES;
      if (idBytes > 0) {
        if (length < i) {
          throw invalid(
              "model '%s': input '%s' has an id at place %d of row %d and none before it; empty ids"
                  + " are only for the end of a row",
              model, ids.name(), i, row);
        }
        indices[length++] = index(row * width + i, idBytes);
      }
      offset += idBytes;
    }
    return cut(indices, length);
  }

  private int index(int element, int idBytes) {
    int index = vocabulary.indexOf(bytes, offset, idBytes);
    if (index == Vocabulary.UNKNOWN) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, idBytes));
      } catch (CharacterCodingException e) {
        throw invalid("model '%s': input '%s' element %d is not UTF-8", model, ids.name(), element);
      }
    }
    return index;
  }

  private static int[] cut(int[] values, int length) {
    return length == values.length ? values : Arrays.copyOf(values, length);
  }
}
