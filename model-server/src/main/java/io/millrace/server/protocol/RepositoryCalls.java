package io.millrace.server.protocol;

import io.millrace.schemas.inference.ModelRepositoryParameter;
import io.millrace.schemas.inference.RepositoryIndexRequest;
import io.millrace.schemas.inference.RepositoryIndexResponse;
import io.millrace.schemas.inference.RepositoryIndexResponse.ModelIndex;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.RepositoryModelLoadResponse;
import io.millrace.schemas.inference.RepositoryModelUnloadRequest;
import io.millrace.schemas.inference.RepositoryModelUnloadResponse;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceException.Code;
import io.millrace.server.inference.ModelIndexEntry;
import io.millrace.server.inference.RepositoryControl;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The repository extension: lists at once, loads and unloads on a thread of its own. */
public final class RepositoryCalls {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryCalls.class);

  private static final String DEPENDENTS = "unload_dependents";

  private final RepositoryControl repository;
  private final Executor executor;

  /**
   * Over that repository.
   *
   * @param executor loads and unloads; rejects when too many wait
   */
  public RepositoryCalls(RepositoryControl repository, Executor executor) {
    this.repository = repository;
    this.executor = executor;
  }

  /** What there is. */
  public RepositoryIndexResponse index(RepositoryIndexRequest call) {
    RepositoryIndexResponse.Builder answer = RepositoryIndexResponse.newBuilder();
    for (ModelIndexEntry entry : repository.index(call.getReady())) {
      answer.addModels(
          ModelIndex.newBuilder()
              .setName(entry.name())
              .setVersion(entry.version())
              .setState(entry.state().name())
              .setReason(entry.reason()));
    }
    return answer.build();
  }

  /** Done when the model serves; fails with an {@link InferenceException}. */
  public CompletableFuture<RepositoryModelLoadResponse> load(RepositoryModelLoadRequest call) {
    String model = call.getModelName();
    return run(
        model,
        "load",
        call.getParametersMap(),
        () -> repository.load(model),
        RepositoryModelLoadResponse.getDefaultInstance());
  }

  /** Done when the model is gone; fails with an {@link InferenceException}. */
  public CompletableFuture<RepositoryModelUnloadResponse> unload(
      RepositoryModelUnloadRequest call) {
    String model = call.getModelName();
    boolean parts =
        call.getParametersOrDefault(DEPENDENTS, ModelRepositoryParameter.getDefaultInstance())
            .getBoolParam();
    return run(
        model,
        "unload",
        call.getParametersMap(),
        () -> repository.unload(model, parts),
        RepositoryModelUnloadResponse.getDefaultInstance());
  }

  private <T> CompletableFuture<T> run(
      String model,
      String what,
      Map<String, ModelRepositoryParameter> parameters,
      Runnable action,
      T answer) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      refuseParameters(model, what, parameters);
      executor.execute(
          () -> {
            try {
              action.run();
              done.complete(answer);
            } catch (InferenceException e) {
              done.completeExceptionally(e);
            } catch (RuntimeException e) {
              LOG.error("could not {} model '{}'", what, model, e);
              done.completeExceptionally(
                  new InferenceException(
                      Code.INTERNAL, "could not " + what + " model '" + model + "': " + e));
            }
          });
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(
          new InferenceException(
              Code.RESOURCE_EXHAUSTED,
              "model '" + model + "': too many loads and unloads wait; try again later"));
    } catch (InferenceException e) {
      done.completeExceptionally(e);
    }
    return done;
  }

  /** Clients send {@value #DEPENDENTS} with every unloading. */
  private static void refuseParameters(
      String model, String what, Map<String, ModelRepositoryParameter> parameters) {
    for (String name : parameters.keySet()) {
      if (!name.equals(DEPENDENTS)) {
        throw InferenceException.invalid(
            "model '%s': parameter '%s' of %s is not supported; put what it says into the model's"
                + " folder",
            model, name, what);
      }
    }
  }
}
