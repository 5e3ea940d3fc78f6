package io.millrace.server.tracing;

import io.millrace.server.calls.CallListener;
import io.millrace.server.calls.CallRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * A span for each call, inside the caller's trace, and within it one for the time in the queue and
 * one for the time of the batch. They are made when the call has ended, out of what was recorded,
 * and sent by a thread of their own; while the collector cannot be reached, a bounded number waits
 * and further ones are dropped.
 */
public final class CallTraces implements CallListener, AutoCloseable {
  private static final String SERVICE = "millrace-model-server";
  private static final long LONGEST_CLOSE_SECONDS = 5;

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  private CallTraces(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("io.millrace.server");
  }

  /**
   * Sends spans with OTLP over HTTP.
   *
   * @param endpoint of a collector, the path included
   * @param share of the calls without a caller's trace context that are traced, from 0 to 1; for
   *     the others the caller has decided
   * @param version the server's own
   */
  public static CallTraces to(URI endpoint, double share, String version) {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", SERVICE)
                        .put("service.version", version)
                        .build()));
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).build();
    return new CallTraces(
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(share)))
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .build());
  }

  @Override
  public void ended(CallRecord call) {
    Context caller =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), call, TraceParent.GETTER);
    SpanBuilder builder =
        tracer
            .spanBuilder(call.method())
            .setSpanKind(SpanKind.SERVER)
            .setParent(caller)
            .setStartTimestamp(call.time());
    Span span = builder.startSpan();
    if (span.isRecording()) {
      describe(span, call);
      if (call.wasComputed()) {
        Instant computed = call.time().plusNanos(call.nanosUntilComputed());
        Instant started = computed.minus(call.computeMicros(), ChronoUnit.MICROS);
        Instant queued = started.minus(call.queueMicros(), ChronoUnit.MICROS);
        child(span, "queue", queued, started);
        child(span, "compute", started, computed);
      }
    }
    span.end(call.time().plusNanos(call.nanos()));
  }

  private static void describe(Span span, CallRecord call) {
    span.setAttribute("rpc.system", call.protocol());
    span.setAttribute("millrace.status", call.status());
    if (!call.model().isEmpty()) {
      span.setAttribute("millrace.model", call.model());
      span.setAttribute("millrace.model_version", call.version());
      span.setAttribute("millrace.request_id", call.requestId());
      span.setAttribute("millrace.rows", call.rows());
    }
    if (call.failed()) {
      span.setStatus(StatusCode.ERROR);
    }
  }

  private void child(Span parent, String name, Instant from, Instant to) {
    tracer
        .spanBuilder(name)
        .setParent(Context.root().with(parent))
        .setStartTimestamp(from)
        .startSpan()
        .end(to);
  }

  /** Sends what waits, as far as that takes no longer than {@value #LONGEST_CLOSE_SECONDS} s. */
  @Override
  public void close() {
    provider.shutdown().join(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
