package io.millrace.standalone.report;

/** Cuts figures to the digits that were measured, so that a report can be read. */
public final class Rounding {
  private Rounding() {}

  /** To that many decimals, half away from zero; what is not a number becomes 0. */
  public static double round(double value, int decimals) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return 0;
    }
    double scale = Math.pow(10, decimals);
    return Math.signum(value) * Math.floor(Math.abs(value) * scale + 0.5) / scale;
  }
}
