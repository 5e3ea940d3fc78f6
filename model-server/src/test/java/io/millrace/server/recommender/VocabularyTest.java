package io.millrace.server.recommender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class VocabularyTest {
  @TempDir Path folder;

  private Vocabulary read(String text) throws IOException {
    return Vocabulary.read(Files.writeString(folder.resolve("vocabulary.txt"), text));
  }

  private static int indexOf(Vocabulary vocabulary, String id) {
    byte[] bytes = ("<" + id + ">").getBytes(StandardCharsets.UTF_8);
    return vocabulary.indexOf(bytes, 1, bytes.length - 2);
  }

  private static String id(Vocabulary vocabulary, int index) {
    ByteBuffer target = ByteBuffer.allocate(vocabulary.idBytes(index));
    vocabulary.writeId(index, target);
    return new String(target.array(), StandardCharsets.UTF_8);
  }

  @Test
  void linesAreItemsFromThree() throws IOException {
    Vocabulary vocabulary = read("a\nblå\nc");
    assertThat(vocabulary.size()).isEqualTo(3);
    assertThat(indexOf(vocabulary, "a")).isEqualTo(3);
    assertThat(indexOf(vocabulary, "blå")).isEqualTo(4);
    assertThat(indexOf(vocabulary, "c")).isEqualTo(5);
    assertThat(id(vocabulary, 4)).isEqualTo("blå");
    assertThat(vocabulary.isItem(5)).isTrue();
    assertThat(vocabulary.isItem(6)).isFalse();
    assertThat(vocabulary.isItem(2)).isFalse();
    assertThat(vocabulary.isItem(Integer.MIN_VALUE)).isFalse();
  }

  @Test
  void otherIdsAreUnknown() throws IOException {
    Vocabulary vocabulary = read("a\nb\n");
    assertThat(indexOf(vocabulary, "ab")).isEqualTo(Vocabulary.UNKNOWN);
    assertThat(indexOf(vocabulary, "")).isEqualTo(Vocabulary.UNKNOWN);
  }

  @Test
  void everyIdOfALargeVocabularyIsFound() throws IOException {
    int items = 50_000;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items; i++) {
      text.append("sku/").append(i).append('\n');
    }
    Vocabulary vocabulary = read(text.toString());
    for (int i = 0; i < items; i++) {
      assertThat(indexOf(vocabulary, "sku/" + i)).isEqualTo(i + 3);
    }
    assertThat(indexOf(vocabulary, "sku/" + items)).isEqualTo(Vocabulary.UNKNOWN);
  }

  @Test
  void repeatedEmptyAndBrokenIdsAreRefusedByLine() throws IOException {
    assertThatThrownBy(() -> read("a\nb\na\n")).hasMessageContaining("line 3: id of line 1");
    assertThatThrownBy(() -> read("a\n\nb\n")).hasMessageContaining("line 2: empty id");
    assertThatThrownBy(() -> read("")).hasMessageContaining("line 1: empty id");
    Path file = Files.write(folder.resolve("broken.txt"), new byte[] {(byte) 0xc3, 0x28});
    assertThatThrownBy(() -> Vocabulary.read(file)).hasMessageContaining("is not UTF-8");
  }
}
