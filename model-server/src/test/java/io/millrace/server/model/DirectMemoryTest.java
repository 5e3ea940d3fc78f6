package io.millrace.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectMemoryTest {
  private final DirectMemory memory = new DirectMemory(4096);

  @ParameterizedTest
  @CsvSource({"0, 64", "1, 64", "64, 64", "65, 128", "4096, 4096", "5000, 8192"})
  void sizesArePowersOfTwo(int wanted, int got) {
    ByteBuffer buffer = memory.take(wanted);

    assertThat(buffer.capacity()).isEqualTo(got);
    assertThat(buffer.isDirect()).isTrue();
    assertThat(buffer.order()).isEqualTo(ByteOrder.nativeOrder());
  }

  @Test
  void whatWasGivenBackIsTakenAgain() {
    ByteBuffer first = memory.take(1000);
    first.limit(10).position(5);
    memory.give(first);

    ByteBuffer again = memory.take(900);

    assertThat(again).isSameAs(first);
    assertThat(again.remaining()).isEqualTo(1024);
    assertThat(memory.take(900)).as("it is taken once").isNotSameAs(first);
  }

  @Test
  void anotherSizeIsAnotherBuffer() {
    ByteBuffer first = memory.take(1000);
    memory.give(first);

    assertThat(memory.take(2000)).isNotSameAs(first);
  }

  @Test
  void noMoreIsKeptThanAllowed() {
    ByteBuffer large = memory.take(4096);
    ByteBuffer small = memory.take(64);
    memory.give(large);
    memory.give(small);

    assertThat(memory.take(64)).isNotSameAs(small);
    assertThat(memory.take(4096)).isSameAs(large);
  }
}
