package io.millrace.server.protocol;

import io.millrace.server.calls.CallRecord;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Passes an answer on and counts it. */
final class CountedResponder implements Responder {
  private final ModelStatistics statistics;
  private final Caller caller;
  private final LongSupplier clock;
  private final InstantSource calendar;
  private final Responder responder;

  /** When the request had become tensors; written before another thread can answer. */
  private long readNanos;

  CountedResponder(
      ModelStatistics statistics,
      Caller caller,
      LongSupplier clock,
      InstantSource calendar,
      Responder responder) {
    this.statistics = statistics;
    this.caller = caller;
    this.clock = clock;
    this.calendar = calendar;
    this.responder = responder;
    this.readNanos = caller.arrivalNanos();
  }

  /** The request has become tensors. */
  void wasRead() {
    readNanos = clock.getAsLong();
  }

  @Override
  public void complete(InferenceResponse response) {
    long computed = clock.getAsLong();
    CallRecord record = caller.record();
    if (record != null) {
      record.computed(response.modelVersion(), response.queueMicros(), response.computeMicros());
    }
    responder.complete(response);
    long sent = clock.getAsLong();
    statistics.succeeded(
        sent - caller.arrivalNanos(),
        TimeUnit.MICROSECONDS.toNanos(response.queueMicros()),
        readNanos - caller.arrivalNanos(),
        TimeUnit.MICROSECONDS.toNanos(response.computeMicros()),
        sent - computed,
        calendar.millis());
  }

  @Override
  public void fail(InferenceException failure) {
    responder.fail(failure);
    statistics.failed(failure.code().reason(), clock.getAsLong() - caller.arrivalNanos());
  }
}
