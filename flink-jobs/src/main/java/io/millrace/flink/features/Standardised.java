package io.millrace.flink.features;

/** Numbers brought to a mean of 0 and a standard deviation of 1, so that they can be added up. */
public final class Standardised {
  /** Numbers that spread less than this say nothing. */
  private static final double LEAST_SPREAD = 1e-9;

  private Standardised() {}

  /**
   * Standardises.
   *
   * @param values finite
   * @return one for each; all 0 where the values do not differ
   */
  public static double[] of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double spread = Math.sqrt(squares / values.length);
    double[] standardised = new double[values.length];
    if (spread > LEAST_SPREAD) {
      for (int i = 0; i < values.length; i++) {
        standardised[i] = (values[i] - mean) / spread;
      }
    }
    return standardised;
  }
}
