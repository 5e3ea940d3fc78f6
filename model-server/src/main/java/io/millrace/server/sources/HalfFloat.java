package io.millrace.server.sources;

/** IEEE 754 half precision to float, which the JDK itself can only do from version 20 on. */
final class HalfFloat {
  private static final int MANTISSA_BITS = 10;
  private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
  private static final int EXPONENT = 0x1f;
  private static final int BIAS_DIFFERENCE = 127 - 15;

  private HalfFloat() {}

  /** The value of a half. */
  static float toFloat(short half) {
    int exponent = half >>> MANTISSA_BITS & EXPONENT;
    int mantissa = half & MANTISSA;
    float magnitude;
    if (exponent == 0) {
      magnitude = mantissa * 0x1p-24f;
    } else {
      int wide = exponent == EXPONENT ? 0xff : exponent + BIAS_DIFFERENCE;
      magnitude = Float.intBitsToFloat(wide << 23 | mantissa << (23 - MANTISSA_BITS));
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
