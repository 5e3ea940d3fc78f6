package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The raw retriever: histories of different lengths in one batch, as if each were alone. */
class RaggedRetrieverTest {
  private static final int DIMS = 384;

  @RegisterExtension static final ServedTinyModels SERVED = new ServedTinyModels();

  private static WireRequest row(int[] items, int[] excluded) {
    return new WireRequest("retriever")
        .ints("item_index", items)
        .ints("event_type", new int[items.length])
        .floats("age_s", new float[items.length])
        .ints("exclude_index", excluded)
        .floats("profile", new float[DIMS])
        .floats("profile_on", 0)
        .floats("query", new float[DIMS])
        .floats("query_on", 0);
  }

  @Test
  void rowsOfDifferentLengthsComeBackAsIfAlone() throws Exception {
    Random random = new Random(3);
    List<WireRequest> requests = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      requests.add(
          row(
              random.ints(random.nextInt(12), 3, 23).toArray(),
              random.ints(random.nextInt(5), 3, 23).toArray()));
    }
    List<WireAnswer> alone = requests.stream().map(SERVED::infer).toList();
    List<Future<ModelInferResponse>> together = new ArrayList<>();
    for (WireRequest request : requests) {
      together.add(
          GRPCInferenceServiceGrpc.newFutureStub(SERVED.channel()).modelInfer(request.build()));
    }
    for (int i = 0; i < requests.size(); i++) {
      WireAnswer answer = new WireAnswer(together.get(i).get());
      assertThat(answer.ints("candidate")).isEqualTo(alone.get(i).ints("candidate"));
      assertThat(answer.floats("score")).isEqualTo(alone.get(i).floats("score"));
      assertThat(answer.shape("score")).containsExactly(1L, 12L);
    }
  }

  @Test
  void anIndexThatTheGraphStumblesOverFailsAlone() throws Exception {
    WireRequest good = row(new int[] {5, 6}, new int[0]);
    WireAnswer expected = SERVED.infer(good);
    List<Future<ModelInferResponse>> answers = new ArrayList<>();
    List<Future<ModelInferResponse>> failures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub client =
          GRPCInferenceServiceGrpc.newFutureStub(SERVED.channel());
      answers.add(client.modelInfer(good.build()));
      failures.add(client.modelInfer(row(new int[] {5, 999}, new int[0]).build()));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(new WireAnswer(answers.get(i).get()).ints("candidate"))
          .isEqualTo(expected.ints("candidate"));
      assertThat(failures.get(i))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class)
          .satisfies(
              e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.INTERNAL))
          .withMessageContaining("model 'retriever'");
    }
  }
}
