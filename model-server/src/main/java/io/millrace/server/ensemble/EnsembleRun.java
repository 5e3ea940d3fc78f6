package io.millrace.server.ensemble;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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
  private final MemberVersions members;
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

  /** Which versions of a model have answered; several only if its steps name several. */
  private final Map<String, Set<String>> versions = new HashMap<>();

  private long queueMicros;
  private long computeMicros;
  private boolean ended;

  EnsembleRun(
      EnsemblePlan plan,
      MemberVersions members,
      LongSupplier clock,
      InstantSource calendar,
      InferenceRequest request,
      Responder responder,
      LongConsumer whenEnded) {
    this.plan = plan;
    this.members = members;
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
      ServedModel member = members.of(step);
      StepResponder answer = new StepResponder(step, member.statistics());
      boolean taken =
          member instanceof EnsembleModel inner
              ? inner.infer(part, answer, members)
              : member.infer(part, answer);
      if (!taken) {
        throw ModelCatalogue.stopping(step.model());
      }
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
      versions.computeIfAbsent(step.model(), model -> new TreeSet<>()).add(response.modelVersion());
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
      versions.forEach((model, all) -> notes.put(model + ".version", String.join(",", all)));
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
    responder.fail(plan.failure(step, failure));
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
