package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelInstanceGroup;
import io.millrace.schemas.inference.ModelOptimizationPolicy.ExecutionAccelerators.Accelerator;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.GraphOptions.Optimization;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a configuration says about how its graph is computed: {@code instance_group}, {@code
 * optimization}, and those {@code parameters} that Triton's backend for ONNX Runtime has.
 */
final class GraphSettings {
  private static final String INTRA_OP = "intra_op_thread_count";
  private static final String INTER_OP = "inter_op_thread_count";
  private static final String EXECUTION_MODE = "execution_mode";
  private static final String ARENA = "enable_mem_arena";
  private static final String SHRINK = "memory.enable_memory_arena_shrinkage";
  private static final String GPU_LIMIT = "gpu_mem_limit";
  private static final Set<String> KNOWN =
      Set.of(INTRA_OP, INTER_OP, EXECUTION_MODE, ARENA, SHRINK, GPU_LIMIT, SignatureBuilder.GROUPS);
  private static final int MOST_THREADS = 1_024;

  private final Path file;
  private final ModelConfig config;
  private final ServingDefaults defaults;

  GraphSettings(Path file, ModelConfig config, ServingDefaults defaults) {
    this.file = file;
    this.config = config;
    this.defaults = defaults;
  }

  /**
   * The options.
   *
   * @throws ModelLoadException naming the file, the setting, its value and the fix
   */
  GraphOptions options() {
    for (String key : config.getParametersMap().keySet()) {
      require(
          KNOWN.contains(key),
          file,
          "parameters",
          key,
          "is not supported; there are " + new TreeSet<>(KNOWN));
    }
    ExecutionProvider provider = provider();
    Map<String, String> cuda = cuda();
    require(
        cuda.isEmpty() || provider == ExecutionProvider.CUDA,
        file,
        "CUDA options",
        new TreeSet<>(cuda.keySet()),
        "have no meaning on the CPU; use instance_group kind KIND_GPU, or remove them");
    int intraOp = number(INTRA_OP, defaults.intraOpThreads(), MOST_THREADS);
    boolean parallel = number(EXECUTION_MODE, 0, 1) == 1;
    int interOp = number(INTER_OP, 1, MOST_THREADS);
    require(
        parallel || interOp <= 1,
        file,
        "parameters " + INTER_OP,
        interOp,
        "has no effect without " + EXECUTION_MODE + " 1");
    return new GraphOptions(
        provider,
        device(provider),
        orProcessors(intraOp),
        parallel ? orProcessors(interOp) : 1,
        optimization(),
        number(ARENA, 1, 1) == 1,
        shrink(provider),
        cuda);
  }

  private static int orProcessors(int threads) {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private int number(String key, int otherwise, int most) {
    if (!config.containsParameters(key)) {
      return otherwise;
    }
    String value = config.getParametersOrThrow(key).getStringValue();
    require(
        value.matches("[0-9]{1,4}") && Integer.parseInt(value) <= most,
        file,
        "parameters " + key,
        value,
        "must be a number from 0 to " + most);
    return Integer.parseInt(value);
  }

  private boolean shrink(ExecutionProvider provider) {
    if (!config.containsParameters(SHRINK)) {
      return false;
    }
    String value = config.getParametersOrThrow(SHRINK).getStringValue();
    String arena = provider == ExecutionProvider.CUDA ? "gpu:" + device(provider) : "cpu:0";
    require(value.equals(arena), file, "parameters " + SHRINK, value, "must be '" + arena + "'");
    return true;
  }

  private Optimization optimization() {
    int level = config.getOptimization().getGraph().getLevel();
    return switch (level) {
      case -1 -> Optimization.BASIC;
      case 0 -> Optimization.ALL;
      case 1 -> Optimization.EXTENDED;
      case 2 -> Optimization.NONE;
      default ->
          throw new ModelLoadException(
              file + ": optimization.graph.level '" + level + "' must be -1, 0, 1 or 2");
    };
  }

  private Map<String, String> cuda() {
    Map<String, String> options = new HashMap<>();
    List<Accelerator> accelerators =
        config.getOptimization().getExecutionAccelerators().getGpuExecutionAcceleratorList();
    for (Accelerator accelerator : accelerators) {
      require(
          accelerator.getName().equals("cuda"),
          file,
          "optimization.execution_accelerators.gpu_execution_accelerator.name",
          accelerator.getName(),
          "is not supported; use 'cuda'");
      options.putAll(accelerator.getParametersMap());
    }
    if (config.containsParameters(GPU_LIMIT)) {
      options.put(GPU_LIMIT, config.getParametersOrThrow(GPU_LIMIT).getStringValue());
    }
    return options;
  }

  private ExecutionProvider provider() {
    ModelInstanceGroup.Kind kind =
        config.getInstanceGroupCount() == 0
            ? ModelInstanceGroup.Kind.KIND_AUTO
            : config.getInstanceGroup(0).getKind();
    return switch (kind) {
      case KIND_CPU -> ExecutionProvider.CPU;
      case KIND_GPU -> ExecutionProvider.CUDA;
      default -> defaults.provider();
    };
  }

  private int device(ExecutionProvider provider) {
    List<Integer> gpus =
        config.getInstanceGroupCount() == 0 ? List.of() : config.getInstanceGroup(0).getGpusList();
    require(
        gpus.isEmpty()
            || (provider == ExecutionProvider.CUDA && gpus.size() == 1 && gpus.get(0) >= 0),
        file,
        "instance_group.gpus",
        gpus,
        "must be one device, and needs KIND_GPU");
    return gpus.isEmpty() ? 0 : gpus.get(0);
  }
}
