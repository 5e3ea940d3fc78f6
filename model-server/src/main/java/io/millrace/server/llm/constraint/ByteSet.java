package io.millrace.server.llm.constraint;

import java.util.BitSet;

/** Some of the 256 bytes. */
final class ByteSet {
  private final BitSet bytes = new BitSet(256);

  private ByteSet() {}

  static ByteSet of(String ascii) {
    ByteSet set = new ByteSet();
    ascii.chars().forEach(set.bytes::set);
    return set;
  }

  static ByteSet of(byte value) {
    return range(value & 0xFF, value & 0xFF);
  }

  /** Both ends are in it. */
  static ByteSet range(int first, int last) {
    ByteSet set = new ByteSet();
    set.bytes.set(first, last + 1);
    return set;
  }

  ByteSet without(String ascii) {
    ByteSet set = new ByteSet();
    set.bytes.or(bytes);
    ascii.chars().forEach(set.bytes::clear);
    return set;
  }

  boolean contains(int value) {
    return bytes.get(value);
  }
}
