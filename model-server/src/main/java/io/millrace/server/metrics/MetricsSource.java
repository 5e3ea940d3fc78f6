package io.millrace.server.metrics;

/** Something that counts. Asked at every look at the page, by any thread; never blocks. */
@FunctionalInterface
public interface MetricsSource {
  /** Writes its families. */
  void write(PrometheusText text);
}
