package io.millrace.server.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** An ONNX file in one session of ONNX Runtime, shared by all its instances. */
public final class OnnxGraph implements Graph {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final GraphOptions options;
  private final LongAdder cpuNanos = new LongAdder();

  private OnnxGraph(
      OrtEnvironment environment,
      OrtSession session,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      GraphOptions options) {
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
    this.options = options;
  }

  /**
   * Loads a graph.
   *
   * @throws ModelLoadException if the file is not a graph that can be served with these options
   */
  public static OnnxGraph load(Path file, GraphOptions options) {
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(file + " is missing; put the model's ONNX file there");
    }
    try {
      OrtEnvironment environment = OnnxEnvironment.get();
      OrtSession session;
      try (OrtSession.SessionOptions sessionOptions = sessionOptions(options)) {
        session = environment.createSession(file.toString(), sessionOptions);
      }
      try {
        return new OnnxGraph(
            environment,
            session,
            specs(file, "input", session.getInputInfo().values()),
            specs(file, "output", session.getOutputInfo().values()),
            options);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelLoadException(file + ": ONNX Runtime cannot load it: " + oneLine(e), e);
    }
  }

  private static OrtSession.SessionOptions sessionOptions(GraphOptions options)
      throws OrtException {
    OrtSession.SessionOptions session = new OrtSession.SessionOptions();
    session.setOptimizationLevel(
        switch (options.optimization()) {
          case NONE -> OrtSession.SessionOptions.OptLevel.NO_OPT;
          case BASIC -> OrtSession.SessionOptions.OptLevel.BASIC_OPT;
          case EXTENDED -> OrtSession.SessionOptions.OptLevel.EXTENDED_OPT;
          case ALL -> OrtSession.SessionOptions.OptLevel.ALL_OPT;
        });
    session.setIntraOpNumThreads(options.intraOpThreads());
    session.setInterOpNumThreads(options.interOpThreads());
    if (options.interOpThreads() > 1) {
      session.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.PARALLEL);
    }
    session.setCPUArenaAllocator(options.arena());
    // Failures come as exceptions; on standard error, callers could flood the server's log.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    // Idle threads must not burn the cores that brokers and jobs share with the server.
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Patterns are kept per input shape; ragged batches have a new shape each, so the cache would
    // grow without bound, and on a device its memory with it.
    session.setMemoryPatternOptimization(false);
    if (options.provider() == ExecutionProvider.CUDA) {
      addCuda(session, options);
    }
    return session;
  }

  private static void addCuda(OrtSession.SessionOptions session, GraphOptions options)
      throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(options.device())) {
      for (Map.Entry<String, String> option : options.cuda().entrySet()) {
        cuda.add(option.getKey(), option.getValue());
      }
      session.addCUDA(cuda);
    } catch (OrtException e) {
      session.close();
      throw new ModelLoadException(
          "provider cuda was asked for and is not available: "
              + oneLine(e)
              + "; run with an ONNX Runtime built for CUDA (-Donnxruntime.native.path=DIR), or use"
              + " provider cpu",
          e);
    }
  }

  private static List<TensorSpec> specs(Path file, String kind, Collection<NodeInfo> nodes) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NodeInfo node : nodes) {
      DataType type =
          node.getInfo() instanceof TensorInfo tensor ? ElementTypes.of(tensor.type) : null;
      if (type == null) {
        throw new ModelLoadException(
            String.format(
                "%s: %s '%s' is %s, which cannot be served; use a tensor of numbers or booleans",
                file, kind, node.getName(), node.getInfo()));
      }
      List<Long> shape = Arrays.stream(((TensorInfo) node.getInfo()).getShape()).boxed().toList();
      specs.add(new TensorSpec(node.getName(), type, shape, false));
    }
    return List.copyOf(specs);
  }

  static String oneLine(Throwable e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ").strip();
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public String provider() {
    return options.provider().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public long cpuNanos() {
    return cpuNanos.sum();
  }

  @Override
  public GraphInstance newInstance() {
    return new OnnxInstance(environment, session, inputs, outputs, runOptions(), cpuNanos);
  }

  private OrtSession.RunOptions runOptions() {
    try {
      OrtSession.RunOptions run = new OrtSession.RunOptions();
      if (options.shrinkArena()) {
        String arena =
            options.provider() == ExecutionProvider.CUDA ? "gpu:" + options.device() : "cpu:0";
        run.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arena);
      }
      return run;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime's run options: " + oneLine(e), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("closing an ONNX Runtime session: " + oneLine(e), e);
    }
  }
}
