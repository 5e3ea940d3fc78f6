package io.millrace.server.llm.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What each token of a byte-level vocabulary stands for. Control tokens stand for nothing, so that
 * no text can be taken for one, and end whatever is generated.
 */
public final class TokenBytes {
  private static final int BYTES = 256;

  private final List<byte[]> bytes;
  private final BitSet control;

  /**
   * Of a vocabulary.
   *
   * @param spelled each token as the vocabulary spells it
   * @param control those that are no text
   */
  public TokenBytes(List<String> spelled, BitSet control) {
    this.control = (BitSet) control.clone();
    this.bytes = new ArrayList<>(spelled.size());
    int[] byteOf = byteOfCharacter();
    for (int token = 0; token < spelled.size(); token++) {
      bytes.add(control.get(token) ? new byte[0] : decoded(spelled.get(token), byteOf));
    }
  }

  /** Vocabularies are text, so each byte has a character that can be seen. */
  private static int[] byteOfCharacter() {
    int[] byteOf = new int[2 * BYTES];
    int hidden = BYTES;
    for (int value = 0; value < BYTES; value++) {
      boolean visible = (value > ' ' && value < 127) || (value > 160 && value != 173);
      byteOf[visible ? value : hidden++] = value;
    }
    return byteOf;
  }

  private static byte[] decoded(String token, int[] byteOf) {
    byte[] decoded = new byte[token.length()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = (byte) byteOf[token.charAt(i) % byteOf.length];
    }
    return decoded;
  }

  /** Number of tokens. */
  public int size() {
    return bytes.size();
  }

  /** A token's bytes, not always whole characters; not to be changed. */
  public byte[] of(int token) {
    return bytes.get(token);
  }

  /** Whether a token is no text, but says where texts begin or end. */
  public boolean isControl(int token) {
    return control.get(token);
  }
}
