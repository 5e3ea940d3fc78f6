package io.millrace.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;

class DeflateTest {
  private final Deflate deflate = new Deflate();

  private byte[] read(byte[] bytes) throws IOException {
    return deflate.decompress(new ByteArrayInputStream(bytes)).readAllBytes();
  }

  @Test
  void whatIsCompressedIsInZlibsFormatAndComesBack() throws IOException {
    byte[] text = "over and over and over and over again".getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream compressed = deflate.compress(bytes)) {
      compressed.write(text);
    }
    assertThat(bytes.toByteArray()).startsWith(0x78, 0x9c).hasSizeLessThan(text.length);
    assertThat(read(bytes.toByteArray())).isEqualTo(text);
  }

  @Test
  void whatIsNotCompressedIsRefused() {
    assertThatThrownBy(() -> read("nope".getBytes(UTF_8))).isInstanceOf(ZipException.class);
  }
}
