package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedIdsTest {
  @Test
  void isTheListThatWasPacked() {
    List<String> ids = List.of("a", "", "a longer id with more than sixteen bytes", "é€𝄞");
    PackedIds packed = PackedIds.of(ids);
    assertThat(packed).isEqualTo(ids).hasSameHashCodeAs(ids);
    assertThat(packed.get(3)).isEqualTo("é€𝄞");
    assertThat(PackedIds.of(packed)).isSameAs(packed);
    assertThatThrownBy(() -> packed.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> packed.set(0, "b")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void isLaidOutAsABytesTensor() {
    ByteBuffer tensor = PackedIds.of(List.of("ab", "c")).tensor().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tensor.isReadOnly()).isTrue();
    assertThat(tensor.remaining()).isEqualTo(4 + 2 + 4 + 1);
    assertThat(tensor.getInt()).isEqualTo(2);
    byte[] first = new byte[2];
    tensor.get(first);
    assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("ab");
    assertThat(tensor.getInt()).isEqualTo(1);
  }

  @Test
  void joins() {
    PackedIds a = PackedIds.of(List.of("a"));
    assertThat(a.plus(PackedIds.of(List.of("b", "c")))).containsExactly("a", "b", "c");
    assertThat(a.plus(PackedIds.EMPTY)).isSameAs(a);
  }
}
