package io.millrace.server.serving;

import io.millrace.server.batching.QueuedRequest;
import io.millrace.server.batching.Rejection;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that waits for its batch, and knows how to answer its caller. */
public abstract class PendingInference implements QueuedRequest {
  private static final Logger LOG = LoggerFactory.getLogger(PendingInference.class);

  private static final String PRIORITY = "priority";

  private final String model;
  private final InferenceRequest request;
  private final Responder responder;
  private final long arrivalNanos;

  /**
   * Starts to wait.
   *
   * @param model named in failures
   * @param arrivalNanos now, on the batcher's clock
   */
  protected PendingInference(
      String model, InferenceRequest request, Responder responder, long arrivalNanos) {
    this.model = model;
    this.request = request;
    this.responder = responder;
    this.arrivalNanos = arrivalNanos;
  }

  /** What the caller asked. */
  public final InferenceRequest request() {
    return request;
  }

  /**
   * Answers the caller.
   *
   * @param startNanos when its batch was formed
   * @param endNanos when the outputs were there
   */
  public final void complete(String version, List<Tensor> outputs, long startNanos, long endNanos) {
    complete(version, outputs, List.of(), Map.of(), startNanos, endNanos);
  }

  /**
   * Answers the caller of a model that could not do all it was asked to.
   *
   * @param ignored names of inputs without effect
   * @param notes what else the caller is told, by name
   * @param startNanos when its batch was formed
   * @param endNanos when the outputs were there
   */
  public final void complete(
      String version,
      List<Tensor> outputs,
      List<String> ignored,
      Map<String, String> notes,
      long startNanos,
      long endNanos) {
    responder.complete(
        new InferenceResponse(
            version,
            outputs,
            ignored,
            notes,
            TimeUnit.NANOSECONDS.toMicros(startNanos - arrivalNanos),
            TimeUnit.NANOSECONDS.toMicros(endNanos - startNanos)));
  }

  @Override
  public final long arrivalNanos() {
    return arrivalNanos;
  }

  @Override
  public final long deadlineNanos() {
    return request.deadlineNanos();
  }

  @Override
  public final int priority() {
    return request.parameters().get(PRIORITY) instanceof Long level
        ? (int) Math.max(0, Math.min(level, Integer.MAX_VALUE))
        : 0;
  }

  @Override
  public final boolean isAbandoned() {
    return request.cancelled().getAsBoolean();
  }

  @Override
  public final void reject(Rejection why) {
    responder.fail(
        switch (why) {
          case QUEUE_FULL ->
              failure(Code.RESOURCE_EXHAUSTED, "its queue is full; slow down or add a server");
          case LINE_TOO_LONG ->
              failure(
                  Code.RESOURCE_EXHAUSTED,
                  "those that wait already would take more than half of its time; slow down or add a"
                      + " server");
          case EXPIRED ->
              failure(
                  Code.DEADLINE_EXCEEDED,
                  "the deadline passed in the queue, or would have before an answer");
          case ABANDONED -> failure(Code.CANCELLED, "the caller cancelled in the queue");
          case CLOSED -> failure(Code.UNAVAILABLE, "it is stopping; ask another server");
        });
  }

  @Override
  public final void fail(Throwable cause) {
    if (cause instanceof InferenceException known) {
      responder.fail(failure(known.code(), String.valueOf(known.getMessage())));
    } else if (cause instanceof OutOfMemoryError) {
      LOG.error("model '{}' has no memory for request '{}'", model, request.id(), cause);
      responder.fail(failure(Code.RESOURCE_EXHAUSTED, "no memory is left for it: " + cause));
    } else {
      LOG.error("model '{}' failed on request '{}'", model, request.id(), cause);
      responder.fail(failure(Code.INTERNAL, "it failed; the server's log says why: " + cause));
    }
  }

  private InferenceException failure(Code code, String message) {
    return new InferenceException(code, "model '" + model + "': " + message);
  }
}
