package io.millrace.server.model;

/** Where graphs are computed. */
public enum ExecutionProvider {
  /** The CPU. */
  CPU,
  /** The first CUDA device; needs an ONNX Runtime that was built with CUDA. */
  CUDA
}
