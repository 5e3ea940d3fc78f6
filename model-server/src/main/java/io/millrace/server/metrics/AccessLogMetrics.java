package io.millrace.server.metrics;

import io.millrace.server.accesslog.AccessLog;

/** What became of the access log's lines. */
public final class AccessLogMetrics implements MetricsSource {
  private final AccessLog log;

  /** Of that log. */
  public AccessLogMetrics(AccessLog log) {
    this.log = log;
  }

  @Override
  public void write(PrometheusText text) {
    String name = "millrace_access_log_lines";
    text.family(name, "counter", "Lines of the access log, by what became of them.");
    text.sample(name, PrometheusText.labels("result", "written"), log.written());
    text.sample(name, PrometheusText.labels("result", "dropped"), log.dropped());
  }
}
