package io.millrace.server.llm.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Puts bytes together that come piece by piece, and keeps the start of a character until its rest
 * has come. What is no UTF-8 becomes replacement characters.
 */
public final class Utf8Text {
  private static final int LONGEST_CHARACTER = 4;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  private byte[] kept = new byte[0];

  /** The characters that are whole now. */
  public String add(byte[] piece) {
    return decode(piece, false);
  }

  /** What is left, at the end. */
  public String end() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] piece, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(kept.length + piece.length).put(kept).put(piece).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
      decoder.reset();
    }
    kept = new byte[in.remaining()];
    in.get(kept);
    return out.flip().toString();
  }
}
