package io.millrace.flink.features;

/** IEEE 754 half precision to float, which the JDK itself can only do from version 20 on. */
public final class HalfFloat {
  private static final int MANTISSA_BITS = 10;
  private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
  private static final int EXPONENT = 0x1f;
  private static final int BIAS_DIFFERENCE = 127 - 15;
  private static final float SMALLEST = 0x1p-24f;

  private HalfFloat() {}

  /** The value of a half; only the low 16 bits count. */
  public static float toFloat(int half) {
    int exponent = half >>> MANTISSA_BITS & EXPONENT;
    int mantissa = half & MANTISSA;
    boolean negative = (half & 0x8000) != 0;
    if (exponent == 0) {
      float magnitude = mantissa * SMALLEST;
      return negative ? -magnitude : magnitude;
    }
    int wide = exponent == EXPONENT ? 0xff : exponent + BIAS_DIFFERENCE;
    return Float.intBitsToFloat(
        (negative ? 0x80000000 : 0) | wide << 23 | mantissa << (23 - MANTISSA_BITS));
  }

  /**
   * The half that is nearest to a value, ties to even; what is too large becomes infinite, and NaN
   * stays NaN. Only the low 16 bits are set.
   */
  public static int fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return sign | EXPONENT << MANTISSA_BITS | 1;
    }
    if (magnitude >= 0x47800000 - 0x1000) {
      return sign | EXPONENT << MANTISSA_BITS;
    }
    if (magnitude < 0x38800000) {
      // Below the smallest normal half: a multiple of 2^-24, rounded.
      return sign | (int) Math.rint(Float.intBitsToFloat(magnitude) / (double) SMALLEST);
    }
    int shift = 23 - MANTISSA_BITS;
    int odd = magnitude >>> shift & 1;
    int rounded = magnitude + (1 << shift - 1) - 1 + odd;
    return sign | (rounded >>> shift) - (BIAS_DIFFERENCE << MANTISSA_BITS);
  }

  /** Whether a half is neither infinite nor NaN. */
  public static boolean isFinite(int half) {
    return (half >>> MANTISSA_BITS & EXPONENT) != EXPONENT;
  }
}
