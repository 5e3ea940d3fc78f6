package io.millrace.server.config;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What is written down about calls. */
@SuppressWarnings("NullAway.Init")
public final class ObserveOptions {
  /** In the place of a file: standard output. */
  public static final String STANDARD_OUTPUT = "-";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--access-log",
      paramLabel = "FILE|-",
      description =
          "File to which a line of JSON is appended for each call, except for those about health;"
              + " - is standard output. Default: none.")
  private Optional<String> accessLog = Optional.empty();

  @Option(
      names = "--access-log-sample",
      paramLabel = "SHARE",
      description =
          "Share of the calls that the access log has a line for, from 0 to 1; those that fail have"
              + " one always. Default: ${DEFAULT-VALUE}.")
  private double accessLogSample = 1.0;

  @Option(
      names = "--trace-endpoint",
      paramLabel = "URL",
      description =
          "Where spans are sent, with OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces."
              + " Default: none, and there are no traces.")
  private Optional<URI> traceEndpoint = Optional.empty();

  @Option(
      names = "--trace-sample",
      paramLabel = "SHARE",
      description =
          "Share of the calls without a trace context of their caller that are traced, from 0 to 1;"
              + " for the others, the caller has decided. Default: ${DEFAULT-VALUE}.")
  private double traceSample = 0.01;

  ObserveOptions() {}

  void validate() {
    share("--access-log-sample", accessLogSample);
    share("--trace-sample", traceSample);
    if (traceEndpoint.isPresent() && !isHttp(traceEndpoint.get())) {
      throw new ParameterException(
          spec.commandLine(),
          "--trace-endpoint "
              + traceEndpoint.get()
              + " is no address over HTTP; write one such as http://127.0.0.1:4318/v1/traces");
    }
  }

  private static boolean isHttp(URI address) {
    return address.getHost() != null
        && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
  }

  private void share(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s is %s; it goes from 0 to 1", option, value));
    }
  }

  /** Where the access log is written; {@link #STANDARD_OUTPUT} or a file; empty: nowhere. */
  public Optional<String> accessLog() {
    return accessLog;
  }

  /** Share of the calls that succeed which the access log has a line for, from 0 to 1. */
  public double accessLogSample() {
    return accessLogSample;
  }

  /** Where spans are sent; empty: there are none. */
  public Optional<URI> traceEndpoint() {
    return traceEndpoint;
  }

  /** Share of the calls without a trace context that are traced, from 0 to 1. */
  public double traceSample() {
    return traceSample;
  }
}
