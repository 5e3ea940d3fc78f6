package io.millrace.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelConfigRequest;
import io.millrace.schemas.inference.ModelRepositoryParameter;
import io.millrace.schemas.inference.ModelStatistics;
import io.millrace.schemas.inference.ModelStatisticsRequest;
import io.millrace.schemas.inference.RepositoryIndexRequest;
import io.millrace.schemas.inference.RepositoryIndexResponse.ModelIndex;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.RepositoryModelUnloadRequest;
import io.millrace.schemas.inference.ServerMetadataRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the protocol offers beyond inference: repository, configuration, statistics. */
@Timeout(60)
class ProtocolExtensionsTest {
  @RegisterExtension static final ServedTinyModels SERVED = new ServedTinyModels();

  private static WireRequest affine(float... row) {
    return new WireRequest("affine").raw("x", "FP32", WireRequest.floatBytes(row), 1, row.length);
  }

  private static ModelStatistics statistics(String model) {
    return SERVED
        .client()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName(model).build())
        .getModelStats(0);
  }

  @Test
  void theServerSaysWhatItExtends() {
    assertThat(
            SERVED
                .client()
                .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                .getExtensionsList())
        .contains("binary_tensor_data", "model_repository", "model_configuration", "statistics");
  }

  @Test
  void statisticsCountAnswersAndFailures() {
    ModelStatistics before = statistics("affine");
    SERVED.infer(affine(1, 2));
    SERVED.refusal(affine(1).floats("z", 1));
    long answered = before.getInferenceStats().getSuccess().getCount() + 1;
    ModelStatistics after = statistics("affine");
    // An answer is counted when it was sent, so its caller may have it a moment before.
    while (after.getInferenceStats().getSuccess().getCount() < answered) {
      Thread.onSpinWait();
      after = statistics("affine");
    }
    assertThat(after.getInferenceStats().getSuccess().getCount()).isEqualTo(answered);
    assertThat(after.getInferenceStats().getSuccess().getNs())
        .isGreaterThan(before.getInferenceStats().getSuccess().getNs());
    assertThat(after.getInferenceStats().getFail().getCount())
        .isEqualTo(before.getInferenceStats().getFail().getCount() + 1);
    assertThat(after.getLastInference()).isPositive();
    assertThat(after.getVersion()).isEqualTo("1");
  }

  @Test
  void statisticsOfAllModelsComeWithoutAName() {
    assertThat(
            SERVED
                .client()
                .modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                .getModelStatsList())
        .extracting(ModelStatistics::getName)
        .containsExactly("affine", "recommender", "retriever");
  }

  @Test
  void theConfigurationThatIsServedIsTold() {
    ModelConfig config =
        SERVED
            .client()
            .modelConfig(ModelConfigRequest.newBuilder().setName("affine").build())
            .getConfig();
    assertThat(config.getName()).isEqualTo("affine");
    assertThat(config.getMaxBatchSize()).isEqualTo(8);
    assertThat(config.hasDynamicBatching()).isTrue();
  }

  @Test
  void theIndexSaysWhatIsReadyAndWhyTheRestIsNot() {
    assertThat(
            SERVED
                .client()
                .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsList())
        .extracting(ModelIndex::getVersion, ModelIndex::getState, ModelIndex::getReason)
        .containsExactly(tuple("1", "READY", ""), tuple("2", "UNAVAILABLE", "no graph"));
    assertThat(
            SERVED
                .client()
                .repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
                .getModelsList())
        .hasSize(1);
  }

  @Test
  void loadsAndUnloadsReachTheRepository() {
    var unused =
        SERVED
            .client()
            .repositoryModelLoad(
                RepositoryModelLoadRequest.newBuilder().setModelName("affine").build());
    unused =
        SERVED
            .client()
            .repositoryModelLoad(
                RepositoryModelLoadRequest.newBuilder().setModelName("affine").build());
    var alsoUnused =
        SERVED
            .client()
            .repositoryModelUnload(
                RepositoryModelUnloadRequest.newBuilder()
                    .setModelName("affine")
                    .putParameters(
                        "unload_dependents",
                        ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
                    .build());
    assertThat(SERVED.repository().takeCalls())
        .containsExactly("load affine", "load affine", "unload affine and its parts");
  }

  @Test
  void whatLoadingCannotDoIsRefusedByName() {
    assertThatThrownBy(
            () ->
                SERVED
                    .client()
                    .repositoryModelLoad(
                        RepositoryModelLoadRequest.newBuilder().setModelName("nothing").build()))
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.NOT_FOUND));
    assertThatThrownBy(
            () ->
                SERVED
                    .client()
                    .repositoryModelLoad(
                        RepositoryModelLoadRequest.newBuilder()
                            .setModelName("affine")
                            .putParameters(
                                "config",
                                ModelRepositoryParameter.newBuilder().setStringParam("{}").build())
                            .build()))
        .hasMessageContaining("parameter 'config' of load is not supported");
  }

  @Test
  void unsupportedParametersAreRefusedByName() {
    WireRequest classified = affine(1);
    classified
        .message
        .addOutputsBuilder()
        .setName("y")
        .putParameters("classification", InferParameter.newBuilder().setInt64Param(3).build());
    assertThat(SERVED.refusal(classified))
        .hasMessageContaining(
            "output 'y' has the parameter 'classification', which is not supported");
    WireRequest shared = affine(1);
    shared
        .message
        .getInputsBuilder(0)
        .putParameters(
            "shared_memory_region", InferParameter.newBuilder().setStringParam("r").build());
    assertThat(SERVED.refusal(shared))
        .hasMessageContaining("input 'x' has the parameter 'shared_memory_region'");
    WireRequest sequence = affine(1);
    sequence.message.putParameters(
        "sequence_id", InferParameter.newBuilder().setInt64Param(7).build());
    assertThat(SERVED.refusal(sequence)).hasMessageContaining("'sequence_id'");
  }

  @Test
  void aTimeoutThatIsNoneIsRefused() {
    assertThat(SERVED.refusal(affine(1).parameter("timeout", "soon")))
        .hasMessageContaining("parameter 'timeout' is soon; it is a whole number of microseconds");
  }

  @Test
  void anOutputRequestedTwiceIsRefused() {
    WireRequest twice = affine(1);
    twice.message.addOutputsBuilder().setName("y");
    twice.message.addOutputsBuilder().setName("y");
    assertThat(SERVED.refusal(twice)).hasMessageContaining("output 'y' is requested twice");
  }
}
