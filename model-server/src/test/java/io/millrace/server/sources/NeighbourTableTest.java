package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class NeighbourTableTest {
  private static final short ONE = 0x3c00;
  private static final short HALF = 0x3800;
  private static final short NAN = 0x7e00;

  @TempDir Path folder;

  /** Three items, two neighbours each: 0 to 1 and 2, 1 to 0, 2 to none. */
  private static byte[] table() {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 6 * 6).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {'M', 'R', 'N', 'B'}).putInt(1).putInt(3).putInt(2);
    for (int neighbour : new int[] {1, 2, 0, -1, -1, -1}) {
      bytes.putInt(neighbour);
    }
    for (short weight : new short[] {ONE, HALF, ONE, 0, 0, 0}) {
      bytes.putShort(weight);
    }
    return bytes.array();
  }

  private NeighbourTable read(byte[] content, int items) throws IOException {
    return NeighbourTable.read(Files.write(folder.resolve("t.neighbours"), content), items);
  }

  @Test
  void weightsAreAddedToTheScoresOfNeighbours() throws IOException {
    NeighbourTable table = read(table(), 3);
    SparseScores scores = new SparseScores(3);
    table.addTo(0, 1, scores);
    table.addTo(1, 0.5f, scores);
    table.addTo(2, 1, scores);
    assertThat(scores.of(0)).isEqualTo(0.5f);
    assertThat(scores.of(1)).isEqualTo(1f);
    assertThat(scores.of(2)).isEqualTo(0.5f);
    scores.clear();
    assertThat(scores.of(1)).isZero();
  }

  @Test
  void filesThatAreNoTableOfTheVocabularyAreRefused() throws IOException {
    assertRefused("is no table of neighbours", new byte[3], 3);
    assertRefused("is no table of neighbours", changed(0, 'X'), 3);
    assertRefused("has version 2, this server reads 1", changed(4, 2), 3);
    assertRefused("has 3 items, the vocabulary has 4", table(), 4);
    assertRefused("has width 0, it goes from 1 to", changed(12, 0), 3);
    assertRefused("has 36 bytes behind its head; 3 items of width 3 have 54", changed(12, 3), 3);
    assertRefused("has 35 bytes behind its head", Arrays.copyOf(table(), 51), 3);
  }

  @Test
  void neighboursThatAreNoItemsAndWeightsThatAreNoneAreRefused() throws IOException {
    assertRefused("has neighbour 3 at place 0 of item 0", changed(16, 3), 3);
    byte[] gap = table();
    ByteBuffer.wrap(gap).order(ByteOrder.LITTLE_ENDIAN).putInt(16, -1);
    assertRefused("has neighbour 2 at place 1 of item 0", gap, 3);
    assertRefused("has weight NaN at place 0 of item 0", weighted(0, NAN), 3);
    assertRefused("has weight 0.0 at place 1 of item 0", weighted(1, (short) 0), 3);
    assertRefused("has weight 1.0 at place 1 of item 0", weighted(0, HALF, 1, ONE), 3);
  }

  private static byte[] changed(int at, int value) {
    byte[] table = table();
    table[at] = (byte) value;
    return table;
  }

  private static byte[] weighted(int at, short weight) {
    byte[] table = table();
    ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).putShort(40 + 2 * at, weight);
    return table;
  }

  private static byte[] weighted(int at, short weight, int then, short second) {
    byte[] table = weighted(at, weight);
    ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).putShort(40 + 2 * then, second);
    return table;
  }

  private void assertRefused(String message, byte[] content, int items) {
    assertThatThrownBy(() -> read(content, items))
        .hasMessageContaining("t.neighbours")
        .hasMessageContaining(message)
        .hasMessageContaining("export the bundle again");
  }
}
