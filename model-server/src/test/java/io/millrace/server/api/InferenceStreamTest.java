package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelStreamInferResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many requests over one stream. */
@Timeout(60)
class InferenceStreamTest {
  @RegisterExtension static final ServedTinyModels SERVED = new ServedTinyModels();

  /** Collects what comes back. */
  private static final class Answers implements StreamObserver<ModelStreamInferResponse> {
    private final List<ModelStreamInferResponse> answers = new ArrayList<>();
    private final CompletableFuture<List<ModelStreamInferResponse>> all = new CompletableFuture<>();

    @Override
    public void onNext(ModelStreamInferResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(answers);
    }
  }

  private static ModelInferRequest affine(String id, float value) {
    WireRequest request =
        new WireRequest("affine").raw("x", "FP32", WireRequest.floatBytes(value), 1, 1);
    request.message.setId(id);
    return request.build();
  }

  private static List<ModelStreamInferResponse> stream(List<ModelInferRequest> requests)
      throws Exception {
    Answers answers = new Answers();
    StreamObserver<ModelInferRequest> stream =
        GRPCInferenceServiceGrpc.newStub(SERVED.channel()).modelStreamInfer(answers);
    requests.forEach(stream::onNext);
    stream.onCompleted();
    return answers.all.get(50, TimeUnit.SECONDS);
  }

  @Test
  void everyRequestIsAnsweredUnderItsOwnId() throws Exception {
    List<ModelInferRequest> requests = new ArrayList<>();
    int count = 5 * InferenceStream.MOST_IN_FLIGHT;
    for (int i = 0; i < count; i++) {
      requests.add(affine(Integer.toString(i), i));
    }
    List<ModelStreamInferResponse> answers = stream(requests);
    assertThat(answers).hasSize(count);
    for (ModelStreamInferResponse answer : answers) {
      assertThat(answer.getErrorMessage()).isEmpty();
      int id = Integer.parseInt(answer.getInferResponse().getId());
      assertThat(new WireAnswer(answer.getInferResponse()).floats("y"))
          .containsExactly(2f * id + 1);
    }
    assertThat(answers)
        .extracting(answer -> answer.getInferResponse().getId())
        .doesNotHaveDuplicates();
  }

  @Test
  void aRequestThatFailsFailsAlone() throws Exception {
    ModelInferRequest bad = affine("bad", 1).toBuilder().setModelName("nothing").build();
    List<ModelStreamInferResponse> answers = stream(List.of(affine("a", 1), bad, affine("b", 2)));
    assertThat(answers)
        .extracting(answer -> answer.getInferResponse().getId())
        .containsExactlyInAnyOrder("a", "bad", "b");
    for (ModelStreamInferResponse answer : answers) {
      if (answer.getInferResponse().getId().equals("bad")) {
        assertThat(answer.getErrorMessage()).contains("model 'nothing' does not exist");
      } else {
        assertThat(answer.getErrorMessage()).isEmpty();
      }
    }
  }

  @Test
  void whoAsksIsToldThatAnAnswerIsTheLast() throws Exception {
    ModelInferRequest asking =
        affine("a", 1).toBuilder()
            .putParameters(
                "triton_enable_empty_final_response",
                InferParameter.newBuilder().setBoolParam(true).build())
            .build();
    assertThat(
            stream(List.of(asking))
                .get(0)
                .getInferResponse()
                .getParametersOrThrow("triton_final_response")
                .getBoolParam())
        .isTrue();
  }
}
