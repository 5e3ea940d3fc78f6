package io.millrace.server.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.inference.DataType;
import io.millrace.schemas.inference.ModelConfig;
import io.millrace.server.TinyModels;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What config.pbtxt can say about a graph, and what becomes of it. */
@SuppressWarnings("NullAway.Init")
class ModelConfigurationTest {
  private static final String TENSORS =
      """
      input { name: "x" data_type: TYPE_FP32 dims: [ %s ] %s }
      output { name: "y" data_type: TYPE_FP32 dims: [ %s ] %s }
      """;

  @TempDir Path temporary;
  private RepositoryFolder folder;

  @BeforeEach
  void copy() {
    folder = new RepositoryFolder(temporary.resolve("models"));
  }

  private ModelRepository load(String more) {
    folder.write("affine/config.pbtxt", "backend: \"onnxruntime\"\nmax_batch_size: 8\n" + more);
    return ModelRepository.load(
        folder.path,
        new ModelControl(ModelControl.Mode.EXPLICIT, Set.of("affine")),
        TinyModels.defaults(),
        System::nanoTime);
  }

  private void assertServes(String more) {
    try (ModelRepository models = load(more)) {
      assertThat(AffineCall.ask(models, "", 3).join().y()).isEqualTo(7);
    }
  }

  private void assertRefused(String more, String... parts) {
    assertThatThrownBy(() -> load(more).close())
        .isInstanceOf(ModelLoadException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains(parts));
  }

  @Test
  void callersShapesAreReshapedToTheGraphsAndBack() {
    String tensors = TENSORS.formatted("2, -1, 1", "reshape { shape: [ -1 ] }", "-1", "");
    assertRefused(tensors, "input 'x' dims and reshape must hold the same elements");
    tensors =
        TENSORS.formatted(
            "2, 1, 3", "reshape { shape: [ 6 ] }", "3, 2", "reshape { shape: [ 6 ] }");
    try (ModelRepository models = load(tensors)) {
      ByteBuffer data = ByteBuffer.allocate(6 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 6; i++) {
        data.putFloat(i);
      }
      var answer =
          Trial.run(
              models.find("affine", ""),
              List.of(
                  new Tensor(
                      "x",
                      io.millrace.server.inference.DataType.FP32,
                      new long[] {1, 2, 1, 3},
                      data.flip())),
              "reshaped");
      assertThat(answer.get(0).shape()).containsExactly(1, 3, 2);
      assertThat(answer.get(0).data().getFloat(5 * Float.BYTES)).isEqualTo(11f);
    }
  }

  @Test
  void warmUpRequestsAreAskedOfEveryInstance() {
    folder.write("affine/config.pbtxt", "");
    assertThat(folder.path.resolve("affine/warmup").toFile().mkdir()).isTrue();
    folder.write("affine/warmup/raw", "12345678");
    String warmup =
        """
        instance_group { count: 3 }
        model_warmup { name: "zeros" batch_size: 2 count: 2
          inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 4 ] zero_data: true } } }
        model_warmup { name: "random"
          inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 2 ] random_data: true } } }
        model_warmup { name: "file"
          inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 2 ] input_data_file: "raw" } } }
        """;
    ModelStatistics statistics;
    try (ModelRepository models = load(warmup)) {
      statistics = models.find("affine", "").statistics();
    }
    // A batch is counted after its answers, so the last one for certain when the model is closed.
    assertThat(statistics.executions()).isEqualTo((2 + 1 + 1) * 3);
    assertThat(statistics.executions(2)).isEqualTo(2 * 3);
    assertRefused(
        warmup.replace("\"raw\"", "\"../raw\""), "input_data_file '../raw' must be a name");
    assertRefused(
        warmup.replace("dims: [ 2 ] input", "dims: [ 3 ] input"),
        "holds 8 bytes, the dims need 12");
    assertRefused(
        warmup.replace("zero_data: true", ""), "model_warmup 'zeros' input 'x' has no data");
    assertRefused(
        warmup.replace("batch_size: 2", "batch_size: 9"),
        "model_warmup 'zeros' fails",
        "batch size is 9");
    assertRefused(warmup.replace("dims: [ 4 ]", "dims: [ -1 ]"), "must be fixed");
  }

  @Test
  void threadsMemoryAndOptimisationAreTakenFromTheConfiguration() {
    assertServes(
        """
        optimization { graph { level: -1 } }
        parameters { key: "intra_op_thread_count" value { string_value: "2" } }
        parameters { key: "execution_mode" value { string_value: "1" } }
        parameters { key: "inter_op_thread_count" value { string_value: "2" } }
        parameters { key: "enable_mem_arena" value { string_value: "0" } }
        """);
    assertServes(
        """
        parameters { key: "memory.enable_memory_arena_shrinkage" value { string_value: "cpu:0" } }
        """);
  }

  @Test
  void settingsWithoutAnEffectAreRefused() {
    assertRefused(
        "parameters { key: \"trt_max\" value { string_value: \"1\" } }",
        "parameters 'trt_max' is not supported; there are [enable_mem_arena,");
    assertRefused(
        "parameters { key: \"millrace_group_by_length\" value { string_value: \"1\" } }",
        "millrace_group_by_length '1' has no meaning without an input with allow_ragged_batch");
    assertRefused(
        "parameters { key: \"intra_op_thread_count\" value { string_value: \"many\" } }",
        "parameters intra_op_thread_count 'many' must be a number from 0 to 1024");
    assertRefused(
        "parameters { key: \"inter_op_thread_count\" value { string_value: \"2\" } }",
        "inter_op_thread_count '2' has no effect without execution_mode 1");
    assertRefused(
        "parameters { key: \"gpu_mem_limit\" value { string_value: \"2\" } }",
        "CUDA options '[gpu_mem_limit]' have no meaning on the CPU");
    assertRefused(
        "parameters { key: \"memory.enable_memory_arena_shrinkage\" value { string_value: \"gpu:0\" } }",
        "must be 'cpu:0'");
    assertRefused("optimization { graph { level: 3 } }", "optimization.graph.level '3'");
    assertRefused("optimization { cuda { graphs: true } }", "field 'cuda' is not supported");
    assertRefused("instance_group { kind: KIND_CPU gpus: [ 0 ] }", "instance_group.gpus '[0]'");
    assertRefused(
        "optimization { execution_accelerators { gpu_execution_accelerator { name: \"tensorrt\" } } }",
        "gpu_execution_accelerator.name 'tensorrt' is not supported; use 'cuda'");
  }

  @Test
  void queuesAndBatchesAreAsTheConfigurationSays() {
    assertServes(
        """
        dynamic_batching {
          preferred_batch_size: [ 4, 2 ]
          max_queue_delay_microseconds: 100
          priority_levels: 2
          default_priority_level: 2
          default_queue_policy { max_queue_size: 9 allow_timeout_override: true }
          priority_queue_policy { key: 2 value {
            timeout_action: DELAY default_timeout_microseconds: 1000 } }
        }
        """);
    assertRefused(
        "dynamic_batching { priority_levels: 2 }", "default_priority_level '0' must be from 1");
    assertRefused(
        "dynamic_batching { default_priority_level: 1 }",
        "default_priority_level '1' must be from");
    assertRefused("dynamic_batching { priority_levels: 65 }", "priority_levels '65'");
    assertRefused(
        "dynamic_batching { preferred_batch_size: 9 }",
        "preferred_batch_size '9' must be from 1 to max_batch_size, which is 8");
    assertRefused(
        "dynamic_batching { priority_queue_policy { key: 1 value { } } }",
        "priority_queue_policy '1' must be a level");
    assertRefused(
        "dynamic_batching { max_queue_delay_microseconds: 18446744073709551615 }",
        "max_queue_delay_microseconds '18446744073709551615' must be at most");
  }

  @Test
  void theConfigurationThatIsServedIsCompleted() throws InvalidProtocolBufferException {
    try (ModelRepository models = load("")) {
      ModelConfig config = ModelConfig.parseFrom(models.configuration("affine", ""));
      assertThat(config.getName()).isEqualTo("affine");
      assertThat(config.getInput(0).getName()).isEqualTo("x");
      assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
      assertThat(config.getInput(0).getDimsList()).containsExactly(-1L);
      assertThat(config.getOutput(0).getName()).isEqualTo("y");
      assertThat(config.getVersionPolicy().getLatest().getNumVersions()).isEqualTo(1);
    }
  }

  @Test
  void theRecommendersRequiredInputsAreNotOptional() {
    folder.edit(
        "recommender/config.pbtxt",
        "\"age_s\" data_type: TYPE_FP32",
        "\"age_s\" optional: true data_type: TYPE_FP32");
    assertThatThrownBy(
            () ->
                ModelRepository.load(folder.path, TinyModels.defaults(), System::nanoTime).close())
        .hasMessageContaining("input 'age_s' optional 'true' is wrong");
  }
}
