package io.millrace.server.inference;

/** Takes the one answer or the one failure of a request, on any thread. Never throws. */
public interface Responder {
  /**
   * Answers. The tensors' content is only read before this returns, so that it may lie in buffers
   * that are used again.
   */
  void complete(InferenceResponse response);

  /** Fails. */
  void fail(InferenceException failure);
}
