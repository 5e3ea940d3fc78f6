package io.millrace.flink.features;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A digest of what a list was made from: with it a list that is made again can be told to have had
 * the same inputs.
 */
public final class InputDigest {
  private static final int BYTES = 16;

  private InputDigest() {}

  /**
   * First 16 bytes of SHA-256, in hex, over: event count, packed item ids, a type code and an age
   * (float bits) per event, exclusion count, packed exclusions, profile version, k; numbers
   * big-endian.
   *
   * @param profileVersion -1 without a profile
   */
  public static String of(SequenceCut sequence, PackedIds exclude, long profileVersion, int k) {
    MessageDigest digest = Sha256.digest();
    int length = sequence.length();
    ByteBuffer numbers = ByteBuffer.allocate(Math.max(16, length * 5 + 4));
    numbers.putInt(length);
    for (int i = 0; i < length; i++) {
      numbers.put((byte) sequence.eventTypes()[i]).putFloat(sequence.ageSeconds()[i]);
    }
    digest.update(numbers.flip());
    digest.update(sequence.itemIds().tensor());
    digest.update(numbers.clear().putInt(exclude.size()).flip());
    digest.update(exclude.tensor());
    digest.update(numbers.clear().putLong(profileVersion).putInt(k).flip());
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }
}
