package io.millrace.server.inference;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One loaded version of a model. A request holds the one it started with until it is answered. */
public interface ServedModel extends AutoCloseable {
  /** What it is. */
  ModelDescription description();

  /** What it has done since it was loaded. */
  ModelStatistics statistics();

  /** What else it counts, as only its kind of model does; always the same ones. */
  default List<ModelCounter> counters() {
    return List.of();
  }

  /**
   * Takes a request and returns at once; the responder is called exactly once, on any thread.
   *
   * @return false if this version takes no more requests; the responder is then not called
   * @throws InferenceException if the request is refused as it stands; the responder is then not
   *     called
   */
  boolean infer(InferenceRequest request, Responder responder);

  /** Refuses new requests from now on; done when those it has taken are answered. */
  CompletableFuture<Void> drain();

  /** Frees everything. Requests still waiting fail as unavailable. */
  @Override
  void close();
}
