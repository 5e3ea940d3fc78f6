package io.millrace.server.protocol;

import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.server.calls.CallRecord;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has requests answered by models, and counts what becomes of them. Never blocks. */
public final class InferenceCalls {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceCalls.class);

  private final ModelCatalogue models;
  private final LongSupplier clock;
  private final InstantSource calendar;
  private final RequestReader requests;

  /**
   * Over those models.
   *
   * @param clock monotonic nanoseconds, the one that models are on
   * @param calendar says when a model last answered
   */
  public InferenceCalls(
      ModelCatalogue models, LongSupplier clock, InstantSource calendar, RequestLimits limits) {
    this.models = models;
    this.clock = clock;
    this.calendar = calendar;
    this.requests = new RequestReader(clock, limits);
  }

  /** Now, on the clock that callers' times are on. */
  public long now() {
    return clock.getAsLong();
  }

  /** The first dimension of the first input, which for most models is that of a batch. */
  private static long rows(InferenceRequest request) {
    List<Tensor> inputs = request.inputs();
    return inputs.isEmpty() || inputs.get(0).rank() == 0 ? 1 : inputs.get(0).dim(0);
  }

  /** Answers through the responder, exactly once, on any thread. Never throws. */
  public void infer(ModelInferRequest call, Caller caller, Responder responder) {
    Responder answer = responder;
    String model = call.getModelName();
    String version = call.getModelVersion();
    CallRecord record = caller.record();
    if (record != null) {
      record.asks(model, version, call.getId());
    }
    try {
      CountedResponder counted =
          new CountedResponder(
              models.find(model, version).statistics(), caller, clock, calendar, responder);
      answer = counted;
      InferenceRequest request = requests.read(call, caller);
      counted.wasRead();
      if (record != null) {
        record.hasRows(rows(request));
      }
      models.infer(model, version, request, counted);
    } catch (InferenceException e) {
      answer.fail(e);
    } catch (RuntimeException e) {
      LOG.error("request '{}' to model '{}' failed", call.getId(), model, e);
      answer.fail(
          new InferenceException(Code.INTERNAL, "the server failed; its log says why: " + e));
    }
  }
}
