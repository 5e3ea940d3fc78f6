package io.millrace.server.metrics;

import io.millrace.server.transport.TlsFiles;

/** What is to be known of the server's certificates. */
public final class TlsMetrics implements MetricsSource {
  private final TlsFiles files;

  /** Of those files. */
  public TlsMetrics(TlsFiles files) {
    this.files = files;
  }

  @Override
  public void write(PrometheusText text) {
    String reloads = "millrace_tls_reloads";
    text.family(reloads, "counter", "Changed certificate files, by whether they were taken.");
    text.sample(reloads, PrometheusText.labels("result", "taken"), files.reloads());
    text.sample(reloads, PrometheusText.labels("result", "refused"), files.failures());
    String expiry = "millrace_tls_certificate_not_after_seconds";
    text.family(expiry, "gauge", "When the server's certificate expires, in seconds of the epoch.");
    text.sample(expiry, "", files.notAfter().getEpochSecond());
  }
}
