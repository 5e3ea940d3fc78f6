package io.millrace.server.calls;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call. Whoever comes to know something writes it; the threads that do so follow each other, as
 * the call goes from one to the next. Only a caller who goes away ends a call from the side: what
 * is written after that may be missed.
 */
public final class CallRecord {
  private final CallRecords records;
  private final String protocol;
  private final String method;
  private final @Nullable String traceParent;
  private final Instant time;
  private final long startNanos;
  private final AtomicBoolean ended = new AtomicBoolean();

  private String role = "";
  private String model = "";
  private String version = "";
  private String requestId = "";
  private long rows;
  private long requestBytes;
  private long responseBytes;
  private long queueMicros;
  private long computeMicros;

  /** When the outputs were there; 0 as long as they are not. */
  private long computedNanos;

  private String status = "";
  private boolean failed;
  private long endNanos;

  CallRecord(
      CallRecords records,
      String protocol,
      String method,
      @Nullable String traceParent,
      Instant time,
      long startNanos) {
    this.records = records;
    this.protocol = protocol;
    this.method = method;
    this.traceParent = traceParent;
    this.time = time;
    this.startNanos = startNanos;
  }

  /** Begins the record of one request of several that this call carries. */
  public CallRecord part() {
    CallRecord part = records.begin(protocol, method, traceParent);
    part.role = role;
    return part;
  }

  /** The caller has that role. */
  public void calledAs(String callersRole) {
    role = callersRole;
  }

  /** So many more bytes were received. */
  public void received(long bytes) {
    requestBytes += bytes;
  }

  /** So many more bytes were sent. */
  public void sent(long bytes) {
    responseBytes += bytes;
  }

  /**
   * A model is asked.
   *
   * @param wantedVersion as the caller names it; may be empty
   * @param id the caller's own; may be empty
   */
  public void asks(String wantedModel, String wantedVersion, String id) {
    model = wantedModel;
    version = wantedVersion;
    requestId = id;
  }

  /** The request is one of so many rows. */
  public void hasRows(long count) {
    rows = count;
  }

  /**
   * The model has answered, just now.
   *
   * @param answeredBy the version
   */
  public void computed(String answeredBy, long waitedMicros, long tookMicros) {
    version = answeredBy;
    queueMicros = waitedMicros;
    computeMicros = tookMicros;
    computedNanos = records.now();
  }

  /**
   * The call has ended. The first word counts.
   *
   * @param how in the protocol's own words
   * @param isFailure whether the caller got no answer
   */
  public void end(String how, boolean isFailure) {
    if (ended.compareAndSet(false, true)) {
      status = how;
      failed = isFailure;
      endNanos = records.now();
      records.ended(this);
    }
  }

  /** {@code grpc} or {@code http}. */
  public String protocol() {
    return protocol;
  }

  /** What was called, in the protocol's own words. */
  public String method() {
    return method;
  }

  /** The caller's W3C trace context; null without. */
  public @Nullable String traceParent() {
    return traceParent;
  }

  /** When it began. */
  public Instant time() {
    return time;
  }

  /** The caller's role; empty where nobody is asked for one. */
  public String role() {
    return role;
  }

  /** The model that was asked; empty if none was. */
  public String model() {
    return model;
  }

  /** The version that answered, or the one that was asked for; may be empty. */
  public String version() {
    return version;
  }

  /** The caller's own name of the request; may be empty. */
  public String requestId() {
    return requestId;
  }

  /** Rows of the request; 0 if no model was asked. */
  public long rows() {
    return rows;
  }

  /** Bytes received, without those of the transport. */
  public long requestBytes() {
    return requestBytes;
  }

  /** Bytes sent, without those of the transport. */
  public long responseBytes() {
    return responseBytes;
  }

  /** Whether a model has answered. */
  public boolean wasComputed() {
    return computedNanos != 0;
  }

  /** From the beginning until the outputs were there. */
  public long nanosUntilComputed() {
    return computedNanos - startNanos;
  }

  /** Time in the queue. */
  public long queueMicros() {
    return queueMicros;
  }

  /** Time of its batch. */
  public long computeMicros() {
    return computeMicros;
  }

  /** How it ended, in the protocol's own words. */
  public String status() {
    return status;
  }

  /** Whether the caller got no answer. */
  public boolean failed() {
    return failed;
  }

  /** The whole time. */
  public long nanos() {
    return endNanos - startNanos;
  }

  /** The whole time. */
  public long micros() {
    return TimeUnit.NANOSECONDS.toMicros(nanos());
  }
}
