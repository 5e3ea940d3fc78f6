package io.millrace.server.ensemble;

import static io.millrace.server.inference.InferenceException.invalid;

import io.millrace.server.inference.Holds;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.ServedModel;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Has requests go from model to model. It has no queue of its own: a request waits in those of its
 * models, side by side with what others ask of them, and is refused when one of them is full.
 */
public final class EnsembleModel implements ServedModel {
  /** What a configuration says to be one. */
  public static final String PLATFORM = "ensemble";

  private final EnsemblePlan plan;
  private final ModelCatalogue models;
  private final LongSupplier clock;
  private final InstantSource calendar;
  private final ModelStatistics statistics;

  /** By requests that were taken and not answered. */
  private final Holds inFlight = new Holds();

  /**
   * Serves.
   *
   * @param models where the steps' models are found
   * @param clock monotonic nanoseconds
   * @param calendar says when a step's model last answered
   */
  public EnsembleModel(
      EnsemblePlan plan, ModelCatalogue models, LongSupplier clock, InstantSource calendar) {
    this.plan = plan;
    this.models = models;
    this.clock = clock;
    this.calendar = calendar;
    this.statistics = new ModelStatistics(Math.max(1, plan.maxRows()), inFlight::count, () -> 0);
  }

  @Override
  public ModelDescription description() {
    return plan.description();
  }

  @Override
  public ModelStatistics statistics() {
    return statistics;
  }

  @Override
  public boolean infer(InferenceRequest request, Responder responder) {
    int rows = check(request);
    if (!inFlight.take()) {
      return false;
    }
    MemberVersions members;
    try {
      members = MemberVersions.hold(plan, models);
    } catch (InferenceException e) {
      ended(rows, -1);
      throw e;
    }
    run(
        request,
        responder,
        members,
        nanos -> {
          members.close();
          ended(rows, nanos);
        });
    return true;
  }

  /** As the other one, as a step of a request that holds the members of this ensemble, too. */
  boolean infer(InferenceRequest request, Responder responder, MemberVersions members) {
    int rows = check(request);
    if (!inFlight.take()) {
      return false;
    }
    run(request, responder, members, nanos -> ended(rows, nanos));
    return true;
  }

  private void run(
      InferenceRequest request,
      Responder responder,
      MemberVersions members,
      LongConsumer whenEnded) {
    new EnsembleRun(plan, members, clock, calendar, request, responder, whenEnded).start();
  }

  EnsemblePlan plan() {
    return plan;
  }

  /** The request's rows. */
  private int check(InferenceRequest request) {
    ModelDescription description = plan.description();
    description.checkNames(request);
    long rows = -1;
    for (TensorSpec spec : description.inputs()) {
      Tensor tensor = request.input(spec.name());
      if (tensor == null) {
        throw invalid(
            "model '%s': input '%s' is missing; it is %s %s",
            description.name(), spec.name(), spec.type(), spec.shape());
      }
      spec.check(description.name(), tensor);
      if (plan.maxRows() > 0) {
        if (rows >= 0 && rows != tensor.dim(0)) {
          throw invalid(
              "model '%s': input '%s' has batch size %d, others have %d; they must be equal",
              description.name(), spec.name(), tensor.dim(0), rows);
        }
        rows = tensor.dim(0);
      }
    }
    if (plan.maxRows() == 0) {
      return 1;
    }
    if (rows < 1 || rows > plan.maxRows()) {
      throw invalid(
          "model '%s': batch size is %d; it goes from 1 to %d",
          description.name(), rows, plan.maxRows());
    }
    return (int) rows;
  }

  /**
   * A request has ended.
   *
   * @param nanos from its beginning; below 0 if it has failed
   */
  private void ended(int rows, long nanos) {
    if (nanos >= 0) {
      statistics.executed(rows, nanos);
    }
    inFlight.release();
  }

  @Override
  public CompletableFuture<Void> drain() {
    return inFlight.end();
  }

  @Override
  public void close() {
    inFlight.end();
  }
}
