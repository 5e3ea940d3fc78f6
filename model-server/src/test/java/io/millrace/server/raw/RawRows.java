package io.millrace.server.raw;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Requests for a model with one input "x" of numbers, whose answers nobody waits for. */
final class RawRows {
  private static final Responder NOBODY =
      new Responder() {
        @Override
        public void complete(InferenceResponse response) {}

        @Override
        public void fail(InferenceException failure) {}
      };

  private RawRows() {}

  /** One request with rows of that length. */
  static RawRequest of(RawSignature signature, int rows, int length) {
    Tensor tensor =
        new Tensor(
            "x",
            DataType.INT32,
            new long[] {rows, length},
            ByteBuffer.allocate(rows * length * Integer.BYTES));
    InferenceRequest request =
        new InferenceRequest("", List.of(tensor), List.of(), Map.of(), Long.MAX_VALUE, () -> false);
    return new RawRequest("m", signature, request, NOBODY, 0);
  }
}
