package io.millrace.flink.features;

/** IEEE 754 half precision to float, which the JDK itself can only do from version 20 on. */
final class HalfFloat {
  private static final int MANTISSA_BITS = 10;
  private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
  private static final int EXPONENT = 0x1f;
  private static final int BIAS_DIFFERENCE = 127 - 15;
  private static final float SMALLEST = 0x1p-24f;

  private HalfFloat() {}

  /** The value of a half; only the low 16 bits count. */
  static float toFloat(int half) {
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

  /** Whether a half is neither infinite nor NaN. */
  static boolean isFinite(int half) {
    return (half >>> MANTISSA_BITS & EXPONENT) != EXPONENT;
  }
}
