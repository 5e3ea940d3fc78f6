package io.millrace.flink.features;

/** A 64-bit fingerprint of an id: two of a user's retained events share one by chance never. */
public final class Fingerprint {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private Fingerprint() {}

  /** Mixes every character in with a multiplication and a shift, and finishes like MurmurHash3. */
  public static long of(String id) {
    long hash = id.length() * PRIME;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * PRIME;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
