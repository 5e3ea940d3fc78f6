package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RegistryFramingTest {
  @Test
  void theIdIsFourBigEndianBytesAfterAZero() {
    assertThat(RegistryFraming.schemaId(new byte[] {0, 0x12, 0x34, 0x56, 0x78, 99}))
        .isEqualTo(0x12345678);
    assertThat(RegistryFraming.schemaId(new byte[] {0, -1, -1, -1, -1})).isEqualTo(-1);
  }

  @Test
  void aShortValueIsMalformed() {
    assertThatThrownBy(() -> RegistryFraming.schemaId(new byte[4]))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("4 bytes");
    assertThatThrownBy(() -> RegistryFraming.schemaId(new byte[0]))
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void anotherFirstByteIsMalformed() {
    assertThatThrownBy(() -> RegistryFraming.schemaId(new byte[] {(byte) 0xff, 0, 0, 0, 1}))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("255");
  }
}
