package io.millrace.flink.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.millrace.flink.features.PackedIds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTensorTest {
  @Test
  void packedIdsAreEncodedAsTheTextsThatTheyAre() {
    List<String> texts = List.of("a", "", "item-42", "é€𝄞");
    assertThat(BytesTensor.encode(PackedIds.of(texts))).isEqualTo(BytesTensor.encode(texts));
  }

  @Test
  void aTextIsItsLengthAndItsBytes() {
    assertThat(BytesTensor.encode(List.of("ab", "")).toByteArray())
        .containsExactly(2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0);
  }

  @Test
  void whatIsEncodedIsDecoded() {
    List<String> texts = List.of("1", "", "größe", "a".repeat(300), "𝄞 clef", "plain", "é");

    assertThat(BytesTensor.decode(BytesTensor.encode(texts), texts.size(), "x")).isEqualTo(texts);
  }

  @Test
  void nothingIsNoBytes() {
    assertThat(BytesTensor.encode(List.of())).isEqualTo(ByteString.EMPTY);
    assertThat(BytesTensor.decode(ByteString.EMPTY, 0, "x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 5, 9})
  void contentThatEndsTooEarlyIsBad(int length) {
    ByteString whole = BytesTensor.encode(List.of("ab", "cd"));

    assertThatThrownBy(() -> BytesTensor.decode(whole.substring(0, length), 2, "item_id"))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining("item_id[");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 3})
  void aLengthBeyondTheContentIsBad(int length) {
    byte[] bytes = {
      (byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24), 'a', 'b'
    };

    assertThatThrownBy(() -> BytesTensor.decode(ByteString.copyFrom(bytes), 1, "x"))
        .isInstanceOf(BadAnswerException.class);
  }

  @Test
  void contentAfterTheLastTextIsBad() {
    ByteString two = BytesTensor.encode(List.of("a", "b"));

    assertThatThrownBy(() -> BytesTensor.decode(two, 1, "x"))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining("5 bytes after");
  }

  @Test
  void aCountThatTheContentCannotHoldIsBadAndNotAllocated() {
    assertThatThrownBy(() -> BytesTensor.decode(ByteString.EMPTY, Integer.MAX_VALUE, "x"))
        .isInstanceOf(BadAnswerException.class);
  }

  @Test
  void bytesThatAreNotTextAreBad() {
    ByteString bytes = ByteString.copyFrom(new byte[] {1, 0, 0, 0, (byte) 0xff});

    assertThatThrownBy(() -> BytesTensor.decode(bytes, 1, "x"))
        .isInstanceOf(BadAnswerException.class)
        .hasMessageContaining("UTF-8");
  }
}
