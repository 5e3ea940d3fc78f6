package io.millrace.server.ensemble;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * One request on its way. A step is asked as soon as its inputs are there, by the thread that
 * computed the last of them; steps that do not need each other are asked side by side. The first
 * failure is that of the request; answers of other steps that are still on their way are dropped.
 */
final class EnsembleRun {
  private final EnsemblePlan plan;
  private final ModelCatalogue models;
  private final LongSupplier clock;
  private final InstantSource calendar;
  private final InferenceRequest request;
  private final Responder responder;
  private final LongConsumer whenEnded;
  private final long startNanos;

  /** What is there so far, by the ensemble's names; guarded by this, as all below. */
  private final Map<String, Tensor> tensors = new HashMap<>();

  /** Steps that were not asked yet. */
  private final List<EnsembleStep> waiting;

  /** Steps that were asked and have not answered. */
  private int asked;

  private final List<String> ignored = new ArrayList<>();
  private final Map<String, String> notes = new HashMap<>();
  private long queueMicros;
  private long computeMicros;
  private boolean ended;

  EnsembleRun(
      EnsemblePlan plan,
      ModelCatalogue models,
      LongSupplier clock,
      InstantSource calendar,
      InferenceRequest request,
      Responder responder,
      LongConsumer whenEnded) {
    this.plan = plan;
    this.models = models;
    this.clock = clock;
    this.calendar = calendar;
    this.request = request;
    this.responder = responder;
    this.whenEnded = whenEnded;
    this.startNanos = clock.getAsLong();
    this.waiting = new ArrayList<>(plan.steps());
    request.inputs().forEach(input -> tensors.put(input.name(), input));
  }

  void start() {
    askThoseThatCan();
  }

  private void askThoseThatCan() {
    List<EnsembleStep> ready = new ArrayList<>();
    synchronized (this) {
      if (ended) {
        return;
      }
      for (EnsembleStep step : waiting) {
        if (tensors.keySet().containsAll(step.inputs().values())) {
          ready.add(step);
        }
      }
      waiting.removeAll(ready);
      asked += ready.size();
    }
    ready.forEach(this::ask);
  }

  private void ask(EnsembleStep step) {
    List<Tensor> inputs = new ArrayList<>();
    synchronized (this) {
      step.inputs()
          .forEach(
              (own, name) ->
                  inputs.add(renamed(Objects.requireNonNull(tensors.get(name), name), own)));
    }
    InferenceRequest part =
        new InferenceRequest(
            request.id(),
            inputs,
            List.copyOf(step.outputs().keySet()),
            request.parameters(),
            request.deadlineNanos(),
            request.cancelled());
    try {
      ModelStatistics statistics = models.find(step.model(), step.version()).statistics();
      models.infer(step.model(), step.version(), part, new StepResponder(step, statistics));
    } catch (InferenceException e) {
      fail(step, e);
    }
  }

  private static Tensor renamed(Tensor tensor, String name) {
    return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
  }

  /** The tensor outlives the buffer that it lies in. */
  private static Tensor copied(Tensor tensor, String name) {
    ByteBuffer copy = ByteBuffer.allocate(tensor.byteSize()).put(tensor.data()).flip();
    return new Tensor(name, tensor.type(), tensor.shape().clone(), copy);
  }

  private void answered(EnsembleStep step, InferenceResponse response) {
    boolean complete;
    synchronized (this) {
      if (ended) {
        return;
      }
      for (Tensor output : response.outputs()) {
        String name = step.outputs().get(output.name());
        if (name != null) {
          tensors.put(name, copied(output, name));
        }
      }
      for (String input : response.ignoredInputs()) {
        ignored.add(step.model() + '.' + input);
      }
      response.notes().forEach((name, note) -> notes.put(step.model() + '.' + name, note));
      queueMicros += response.queueMicros();
      computeMicros += response.computeMicros();
      asked--;
      complete = asked == 0 && waiting.isEmpty();
      ended = complete;
    }
    if (complete) {
      complete();
    } else {
      askThoseThatCan();
    }
  }

  private void complete() {
    List<Tensor> outputs = new ArrayList<>();
    InferenceResponse response;
    synchronized (this) {
      for (TensorSpec spec : plan.description().outputs()) {
        Tensor output = tensors.get(spec.name());
        if (output != null && request.wants(spec.name())) {
          outputs.add(output);
        }
      }
      response =
          new InferenceResponse(
              plan.description().version(),
              outputs,
              List.copyOf(ignored),
              Map.copyOf(notes),
              queueMicros,
              computeMicros);
    }
    whenEnded.accept(clock.getAsLong() - startNanos);
    responder.complete(response);
  }

  private void fail(EnsembleStep step, InferenceException failure) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    whenEnded.accept(-1);
    // That a model of the ensemble is gone is nothing that its caller has named.
    Code code = failure.code() == Code.NOT_FOUND ? Code.UNAVAILABLE : failure.code();
    responder.fail(
        new InferenceException(
            code,
            String.format(
                "model '%s', step '%s': %s",
                plan.description().name(), step.model(), failure.getMessage())));
  }

  /** Takes the answer of one step, and counts it for the step's model. */
  private final class StepResponder implements Responder {
    private final EnsembleStep step;
    private final ModelStatistics statistics;
    private final long askedNanos = clock.getAsLong();

    StepResponder(EnsembleStep step, ModelStatistics statistics) {
      this.step = step;
      this.statistics = statistics;
    }

    @Override
    public void complete(InferenceResponse response) {
      statistics.succeeded(
          clock.getAsLong() - askedNanos,
          TimeUnit.MICROSECONDS.toNanos(response.queueMicros()),
          0,
          TimeUnit.MICROSECONDS.toNanos(response.computeMicros()),
          0,
          calendar.millis());
      answered(step, response);
    }

    @Override
    public void fail(InferenceException failure) {
      statistics.failed(failure.code().reason(), clock.getAsLong() - askedNanos);
      EnsembleRun.this.fail(step, failure);
    }
  }
}
