package io.millrace.server.recommender;

import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Item ids as callers know them, and their indices inside the graph: 0 padding, 1 start, 2 unknown,
 * items from 3 in the order of the file.
 *
 * <p>All ids lie in one array as UTF-8, found through an open-addressed table at most half full, so
 * that a look-up makes no string and touches two or three cache lines. Immutable.
 */
public final class Vocabulary {
  /** The index of every id that is not in the vocabulary. */
  static final int UNKNOWN = 2;

  /** The index of the first item. */
  static final int FIRST_ITEM = 3;

  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;
  private static final int EMPTY = -1;

  private final byte[] bytes;

  /** Item i is bytes[starts[i]] up to but without bytes[starts[i + 1] - 1], the line's end. */
  private final int[] starts;

  private final int[] table;

  private Vocabulary(byte[] bytes, int[] starts, int[] table) {
    this.bytes = bytes;
    this.starts = starts;
    this.table = table;
  }

  /**
   * Reads one id per line, UTF-8.
   *
   * @throws ModelLoadException if the file is not such a list of different ids
   */
  static Vocabulary read(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      boolean ended = content.length > 0 && content[content.length - 1] == '\n';
      return of(file.toString(), ended ? content : Arrays.copyOf(content, content.length + 1));
    } catch (IOException e) {
      throw new ModelLoadException(file + " cannot be read: " + e, e);
    }
  }

  private static Vocabulary of(String file, byte[] bytes) {
    requireUtf8(file, bytes);
    bytes[bytes.length - 1] = '\n';
    int items = 0;
    for (byte b : bytes) {
      items += b == '\n' ? 1 : 0;
    }
    int[] starts = new int[items + 1];
    int[] table = new int[Integer.highestOneBit(Math.max(1, items)) * 4];
    Arrays.fill(table, EMPTY);
    Vocabulary vocabulary = new Vocabulary(bytes, starts, table);
    int start = 0;
    for (int item = 0; item < items; item++) {
      int end = start;
      while (bytes[end] != '\n') {
        end++;
      }
      starts[item] = start;
      starts[item + 1] = end + 1;
      vocabulary.insert(file, item, start, end - start);
      start = end + 1;
    }
    return vocabulary;
  }

  private static void requireUtf8(String file, byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file + " is not UTF-8; export the bundle again", e);
    }
  }

  private void insert(String file, int item, int start, int length) {
    int slot = slot(bytes, start, length);
    if (length == 0 || table[slot] != EMPTY) {
      throw new ModelLoadException(
          String.format(
              "%s line %d: %s; export the bundle again",
              file, item + 1, length == 0 ? "empty id" : "id of line " + (table[slot] + 1)));
    }
    table[slot] = item;
  }

  /** Number of items. */
  public int size() {
    return starts.length - 1;
  }

  /** The index of an id, or {@link #UNKNOWN}. */
  public int indexOf(byte[] source, int offset, int length) {
    int item = table[slot(source, offset, length)];
    return item == EMPTY ? UNKNOWN : item + FIRST_ITEM;
  }

  /** Whether an index stands for an item. */
  public boolean isItem(int index) {
    return index >= FIRST_ITEM && index - FIRST_ITEM < size();
  }

  /** Length of an item's id in bytes. */
  public int idBytes(int index) {
    int item = index - FIRST_ITEM;
    return starts[item + 1] - starts[item] - 1;
  }

  /** Appends an item's id. */
  public void writeId(int index, ByteBuffer target) {
    target.put(bytes, starts[index - FIRST_ITEM], idBytes(index));
  }

  private int slot(byte[] source, int offset, int length) {
    int hash = FNV_OFFSET;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ source[offset + i]) * FNV_PRIME;
    }
    int mask = table.length - 1;
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (table[slot] != EMPTY && !matches(table[slot], source, offset, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean matches(int item, byte[] source, int offset, int length) {
    int start = starts[item];
    return Arrays.equals(bytes, start, starts[item + 1] - 1, source, offset, offset + length);
  }
}
