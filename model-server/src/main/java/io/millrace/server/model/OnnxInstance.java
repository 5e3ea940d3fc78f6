package io.millrace.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.TensorSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Inputs and outputs in direct buffers of its own: what was written is what the graph reads, and
 * outputs of known shape are written where they are read.
 */
final class OnnxInstance implements GraphInstance {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputSpecs;
  private final List<TensorSpec> outputSpecs;
  private final TensorSlot[] inputs;
  private final TensorSlot[] outputs;
  private final boolean[] expected;
  private final OrtSession.RunOptions runOptions;
  private final LongAdder cpuNanos;

  /** Reused for every run, so that a run allocates as little as the binding allows. */
  private final Map<String, OnnxTensor> feeds = new LinkedHashMap<>();

  private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
  private final Set<String> unpinned = new LinkedHashSet<>();

  OnnxInstance(
      OrtEnvironment environment,
      OrtSession session,
      List<TensorSpec> inputSpecs,
      List<TensorSpec> outputSpecs,
      OrtSession.RunOptions runOptions,
      LongAdder cpuNanos) {
    this.runOptions = runOptions;
    this.cpuNanos = cpuNanos;
    this.environment = environment;
    this.session = session;
    this.inputSpecs = inputSpecs;
    this.outputSpecs = outputSpecs;
    this.inputs = slots(inputSpecs);
    this.outputs = slots(outputSpecs);
    this.expected = new boolean[outputs.length];
  }

  private TensorSlot[] slots(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> new TensorSlot(environment, spec.type()))
        .toArray(TensorSlot[]::new);
  }

  @Override
  public ByteBuffer input(int index, long... shape) {
    return inputs[index].reserve(shape).order(ByteOrder.nativeOrder());
  }

  @Override
  public void expectOutput(int index, long... shape) {
    outputs[index].reserve(shape);
    expected[index] = true;
  }

  @Override
  public void run() {
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    try {
      for (int i = 0; i < inputs.length; i++) {
        feeds.put(inputSpecs.get(i).name(), inputs[i].tensor());
      }
      for (int i = 0; i < outputs.length; i++) {
        String name = outputSpecs.get(i).name();
        if (expected[i]) {
          pinned.put(name, outputs[i].tensor());
        } else {
          unpinned.add(name);
        }
      }
      try (OrtSession.Result result = session.run(feeds, unpinned, pinned, runOptions)) {
        for (int i = 0; i < outputs.length; i++) {
          if (!expected[i]) {
            copyOut(result, i);
          }
        }
      }
    } catch (OrtException e) {
      throw failure(OnnxGraph.oneLine(e));
    } finally {
      feeds.clear();
      pinned.clear();
      unpinned.clear();
      Arrays.fill(expected, false);
      cpuNanos.add(THREADS.getCurrentThreadCpuTime() - cpuBefore);
    }
  }

  /** ONNX Runtime has no code of its own for memory that cannot be had, only these words. */
  private static InferenceException failure(String why) {
    boolean memory = why.contains("Failed to allocate") || why.contains("bad_alloc");
    return new InferenceException(
        memory ? InferenceException.Code.RESOURCE_EXHAUSTED : InferenceException.Code.INTERNAL,
        "ONNX Runtime: " + why);
  }

  private void copyOut(OrtSession.Result result, int index) {
    OnnxTensor tensor = (OnnxTensor) result.get(outputSpecs.get(index).name()).orElseThrow();
    outputs[index].reserve(tensor.getInfo().getShape()).put(tensor.getByteBuffer());
  }

  @Override
  public ByteBuffer output(int index) {
    return outputs[index].content().slice().order(ByteOrder.nativeOrder());
  }

  @Override
  public long[] outputShape(int index) {
    return outputs[index].shape();
  }

  @Override
  public void close() {
    runOptions.close();
    for (TensorSlot slot : inputs) {
      slot.close();
    }
    for (TensorSlot slot : outputs) {
      slot.close();
    }
  }
}
