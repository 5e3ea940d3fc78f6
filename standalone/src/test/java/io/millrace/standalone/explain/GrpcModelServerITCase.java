package io.millrace.standalone.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureChannelCredentials;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import io.millrace.schemas.inference.ModelInferRequest.InferRequestedOutputTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GrpcModelServerITCase {
  private static GrpcModelServer open(ServerForTests server) {
    return new GrpcModelServer(server.target(), InsecureChannelCredentials.create(), null);
  }

  @Test
  void theCallOfThenIsMadeToTheVersionOfThen() throws Exception {
    try (ServerForTests fake = new ServerForTests();
        GrpcModelServer server = open(fake)) {
      ModelReply reply = server.ask(PastInputs.call(), "3");

      assertThat(reply.modelVersion()).isEqualTo("3");
      assertThat(reply.rung()).isEqualTo("RANKED");
      assertThat(reply.rungReason()).isEmpty();
      assertThat(reply.items())
          .containsExactly(
              new Candidate("a", 0.9f, "retriever", -1),
              new Candidate("b", 0.8f, "retriever", -1),
              new Candidate("c", 0.7f, "retriever", -1));
      assertThat(reply.candidates())
          .containsExactly(
              new ScoredCandidate("a", "retriever,popular", 0.9f, Map.of("popular", 2f)),
              new ScoredCandidate("b", "retriever", 0.8f, Map.of("popular", 0f)));
      assertThat(fake.requests).singleElement().satisfies(GrpcModelServerITCase::assertAsked);
    }
  }

  private static void assertAsked(ModelInferRequest request) {
    assertThat(request.getModelName()).isEqualTo("recommender");
    assertThat(request.getModelVersion()).isEqualTo("3");
    assertThat(request.getParametersOrThrow("feature_schema").getStringParam())
        .isEqualTo(FeatureSchema.hash());
    assertThat(request.getInputsList())
        .extracting(InferInputTensor::getName)
        .containsExactly(
            "item_id",
            "event_type",
            "age_s",
            "exclude_id",
            "k",
            "profile",
            "keyword",
            "keyword_weight",
            "popular_id",
            "popular_count",
            "diversity");
    assertThat(request.getInputsList())
        .extracting(InferInputTensor::getShapeList)
        .startsWith(List.of(1L, 2L))
        .endsWith(List.of(1L, 1L));
    assertThat(request.getInputs(5).getContents().getFp32ContentsList()).containsExactly(1f, -2f);
    assertThat(request.getOutputsList())
        .extracting(InferRequestedOutputTensor::getName)
        .contains("item_id", "candidate_feature")
        .doesNotContain("matched_keyword", "click");
  }

  @Test
  void aVersionThatIsGoneIsSaid() throws Exception {
    try (ServerForTests fake = new ServerForTests();
        GrpcModelServer server = open(fake)) {
      assertThatThrownBy(() -> server.ask(PastInputs.call(), "2"))
          .isInstanceOf(NotAnsweredException.class)
          .hasMessage(
              "the model server at "
                  + fake.target()
                  + " says NOT_FOUND: no version '2' loaded; it serves 3");
    }
  }
}
