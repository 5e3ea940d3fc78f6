package io.millrace.server;

import io.millrace.server.accesslog.AccessLog;
import io.millrace.server.calls.CallListener;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.config.ObserveOptions;
import io.millrace.server.metrics.AccessLogMetrics;
import io.millrace.server.metrics.MetricsSource;
import io.millrace.server.tracing.CallTraces;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** Who is told of calls. */
record Observation(CallRecords records, Optional<AccessLog> accessLog, Optional<CallTraces> traces)
    implements AutoCloseable {
  /**
   * As the options say.
   *
   * @param version the server's own
   * @param clock monotonic nanoseconds
   * @throws IOException if the access log cannot be opened, naming option, file and fix
   */
  static Observation start(ObserveOptions options, String version, LongSupplier clock)
      throws IOException {
    List<CallListener> listeners = new ArrayList<>();
    Optional<AccessLog> log = Optional.empty();
    if (options.accessLog().isPresent()) {
      log =
          Optional.of(
              new AccessLog(
                  open(options.accessLog().get()),
                  options.accessLogSample(),
                  () -> ThreadLocalRandom.current().nextDouble()));
    }
    log.ifPresent(listeners::add);
    Optional<CallTraces> traces =
        options
            .traceEndpoint()
            .map(endpoint -> CallTraces.to(endpoint, options.traceSample(), version));
    traces.ifPresent(listeners::add);
    CallRecords records =
        listeners.isEmpty()
            ? CallRecords.NONE
            : new CallRecords(listeners, clock, InstantSource.system());
    return new Observation(records, log, traces);
  }

  private static OutputStream open(String target) throws IOException {
    if (target.equals(ObserveOptions.STANDARD_OUTPUT)) {
      return new FileOutputStream(FileDescriptor.out);
    }
    try {
      return Files.newOutputStream(
          Path.of(target), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IOException(
          "--access-log " + target + " cannot be written (" + e + "); name a file that can", e);
    }
  }

  /** What the metrics say of it. */
  List<MetricsSource> metrics() {
    return accessLog.<MetricsSource>map(AccessLogMetrics::new).stream().toList();
  }

  @Override
  public void close() {
    accessLog.ifPresent(AccessLog::close);
    traces.ifPresent(CallTraces::close);
  }
}
