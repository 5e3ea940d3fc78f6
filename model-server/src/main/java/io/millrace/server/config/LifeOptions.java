package io.millrace.server.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** When and how the server stops. */
public final class LifeOptions {
  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "When stopping, how long requests in flight are waited for. Default: 5s.")
  private Duration drainTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--stop-with-parent",
      description = "Stop when standard input ends, as it does when the parent process is gone.")
  private boolean stopWithParent;

  LifeOptions() {}

  /** How long stopping waits for requests in flight. */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /** Whether the end of standard input stops the server. */
  public boolean stopWithParent() {
    return stopWithParent;
  }
}
