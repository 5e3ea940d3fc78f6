package io.millrace.server.metrics;

import io.millrace.server.inference.DurationHistogram;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes metrics in Prometheus' text format, version 0.0.4. */
public final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final double NANOS_PER_SECOND = 1e9;

  private final StringBuilder text = new StringBuilder();

  /** Begins a family; its samples follow. */
  public void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /**
   * A sample.
   *
   * @param labels as {@link #labels} makes them; may be empty
   */
  public void sample(String name, String labels, long value) {
    start(name, labels).append(value).append('\n');
  }

  /** A histogram in seconds: cumulated buckets, sum, count. */
  void histogram(String name, String labels, DurationHistogram histogram) {
    long cumulated = 0;
    for (int i = 0; i < DurationHistogram.BOUNDED_BUCKETS; i++) {
      cumulated += histogram.count(i);
      String bound = number(DurationHistogram.boundNanos(i) / NANOS_PER_SECOND);
      start(name + "_bucket", labels + ",le=\"" + bound + '"').append(cumulated).append('\n');
    }
    cumulated += histogram.count(DurationHistogram.BOUNDED_BUCKETS);
    start(name + "_bucket", labels + ",le=\"+Inf\"").append(cumulated).append('\n');
    start(name + "_sum", labels).append(number(histogram.nanos() / NANOS_PER_SECOND)).append('\n');
    start(name + "_count", labels).append(cumulated).append('\n');
  }

  private StringBuilder start(String name, String labels) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    return text.append(' ');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.9f", value);
  }

  /**
   * Labels of a sample.
   *
   * @param namesAndValues one after the other
   */
  public static String labels(String... namesAndValues) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels
          .append(i == 0 ? "" : ",")
          .append(namesAndValues[i])
          .append("=\"")
          .append(escaped(namesAndValues[i + 1]))
          .append('"');
    }
    return labels.toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
