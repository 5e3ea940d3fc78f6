package io.millrace.flink.features;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;

/**
 * A digest of what a list was made from: with it a list that is made again can be told to have had
 * the same inputs.
 */
public final class InputDigest {
  private static final HashFunction MURMUR = Hashing.murmur3_128();

  private InputDigest() {}

  /**
   * MurmurHash3 of 128 bits, in hex, over: event count, a type code and an age (float bits) per
   * event, packed item ids, exclusion count, packed exclusions, profile version, k; numbers
   * little-endian. It tells inputs apart, not forgers: SHA-256 over some thousand bytes of
   * exclusions was a third of what a list costs in the operator where the compiler does not know
   * the processor's instructions for it.
   *
   * @param profileVersion -1 without a profile
   */
  public static String of(SequenceCut sequence, PackedIds exclude, long profileVersion, int k) {
    Hasher digest = MURMUR.newHasher();
    int length = sequence.length();
    digest.putInt(length);
    for (int i = 0; i < length; i++) {
      digest.putByte((byte) sequence.eventTypes()[i]).putFloat(sequence.ageSeconds()[i]);
    }
    return digest
        .putBytes(sequence.itemIds().tensor())
        .putInt(exclude.size())
        .putBytes(exclude.tensor())
        .putLong(profileVersion)
        .putInt(k)
        .hash()
        .toString();
  }
}
