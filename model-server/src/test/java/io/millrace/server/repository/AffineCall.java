package io.millrace.server.repository;

import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One request to the affine model, y = 2 x + 1, and its answer. */
final class AffineCall implements Responder {
  /**
   * What came back.
   *
   * @param version that answered
   */
  record Answer(String version, float y) {}

  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  static CompletableFuture<Answer> ask(ModelCatalogue models, String version, float x) {
    AffineCall call = new AffineCall();
    ByteBuffer data = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Tensor input = new Tensor("x", DataType.FP32, new long[] {1, 1}, data.putFloat(x).flip());
    models.infer(
        "affine",
        version,
        new InferenceRequest("", List.of(input), List.of(), Map.of(), Long.MAX_VALUE, () -> false),
        call);
    return call.answer;
  }

  @Override
  public void complete(InferenceResponse response) {
    answer.complete(
        new Answer(response.modelVersion(), response.outputs().get(0).data().getFloat()));
  }

  @Override
  public void fail(InferenceException failure) {
    answer.completeExceptionally(failure);
  }
}
