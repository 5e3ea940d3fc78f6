package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the very file that training's test compares what it writes with. */
@SuppressWarnings("NullAway.Init")
class LikeMindedTest {
  private static final int FIRST_TERM = 16;
  private static final int FIRST_SHARE = 16 + 4 + 9 + 4 + 14;

  @TempDir Path folder;

  private static byte[] table() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(LikeMindedTest.class.getResourceAsStream("like-minded-1.table"))) {
      return in.readAllBytes();
    }
  }

  private LikeMinded read(byte[] content, int items) throws IOException {
    return LikeMinded.read(Files.write(folder.resolve("t.table"), content), items);
  }

  @Test
  void whatIsSaidAddsToWhatEverybodyLikes() throws IOException {
    LikeMinded liked = read(table(), 3);
    float[] scores = {9, 9, 9};
    liked.start(scores);
    assertThat(scores).containsExactly(-0.5f, -1.5f, -2.5f);
    liked.add("film noir", 2, scores);
    assertThat(scores).containsExactly(0, -1.5f, -3);
    liked.add("guerre d'été", -1, scores);
    assertThat(scores).containsExactly(1, -2, -3);
    liked.add("opera", 1, scores);
    assertThat(scores).containsExactly(1, -2, -3);
  }

  @Test
  void filesThatAreNoTableOfTheVocabularyAreRefused() throws IOException {
    assertRefused("does not begin with MRLM", new byte[3], 3);
    assertRefused("does not begin with MRLM", changed(0, 'X'), 3);
    assertRefused("has version 2, this server reads 1", changed(4, 2), 3);
    assertRefused("has 3 items, the vocabulary has 4", table(), 4);
    assertRefused("has -1 terms", numbered(12, -1), 3);
    assertRefused("ends within term 0", numbered(FIRST_TERM, 0), 3);
    assertRefused("ends within term 0", numbered(FIRST_TERM, 900), 3);
    assertRefused("has term 0, which is not UTF-8", changed(FIRST_TERM + 4, 0xff), 3);
    assertRefused(
        "has 35 bytes behind its terms; 2 terms over 3 items have 36",
        Arrays.copyOf(table(), table().length - 1),
        3);
  }

  @Test
  void whatIsNoNumberIsRefused() throws IOException {
    byte[] table = numbered(FIRST_SHARE + 4, Float.floatToIntBits(Float.NaN));
    assertRefused("has NaN for item 1", table, 3);
  }

  private static byte[] changed(int at, int value) throws IOException {
    byte[] table = table();
    table[at] = (byte) value;
    return table;
  }

  private static byte[] numbered(int at, int value) throws IOException {
    byte[] table = table();
    ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return table;
  }

  private void assertRefused(String message, byte[] content, int items) {
    assertThatThrownBy(() -> read(content, items)).hasMessageContaining(message);
  }
}
