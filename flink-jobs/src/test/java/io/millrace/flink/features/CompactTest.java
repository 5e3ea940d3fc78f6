package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 127, 128, -64, -65, Long.MAX_VALUE, Long.MIN_VALUE})
  void numbersComeBack(long value) throws IOException {
    Compact.write(out, value);
    Compact.writeSigned(out, value);
    DataInputStream in = in();
    assertThat(Compact.read(in)).isEqualTo(value);
    assertThat(Compact.readSigned(in)).isEqualTo(value);
  }

  @Test
  void smallNumbersAreShort() throws IOException {
    Compact.write(out, 127);
    Compact.writeSigned(out, -64);
    assertThat(bytes.size()).isEqualTo(2);
  }

  @Test
  void textsComeBack() throws IOException {
    Compact.writeText(out, "é€𝄞");
    Compact.writeOptionalText(out, null);
    Compact.writeOptionalText(out, "");
    DataInputStream in = in();
    assertThat(Compact.readText(in)).isEqualTo("é€𝄞");
    assertThat(Compact.readOptionalText(in)).isNull();
    assertThat(Compact.readOptionalText(in)).isEmpty();
  }

  @Test
  void otherBytesAreRefused() throws IOException {
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertThatThrownBy(() -> Compact.read(new DataInputStream(new ByteArrayInputStream(endless))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("64 bits");
    Compact.write(out, -1);
    assertThatThrownBy(() -> Compact.readLength(in()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("length -1");
  }

  private DataInputStream in() {
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
