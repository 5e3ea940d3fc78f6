package io.millrace.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.server.llm.decoder.DecoderShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cache of a decoder: for each layer one buffer of keys and one of values, FP32 {@code [slot,
 * head, length, head size]}, and tensors over runs of slots. A tensor is the graph's past and its
 * present at once, so that a token costs no copy.
 */
final class DecoderTensors implements AutoCloseable {
  private final OrtEnvironment environment;
  private final DecoderShape shape;
  private final List<ByteBuffer> buffers = new ArrayList<>();

  /** Tensors by first slot and number of slots; kept, as making them costs more than a lookup. */
  private final Map<Run, List<OnnxTensor>> runs = new LinkedHashMap<>();

  private record Run(int firstSlot, int slots) {}

  DecoderTensors(OrtEnvironment environment, DecoderShape shape) {
    this.environment = environment;
    this.shape = shape;
    for (int i = 0; i < 2 * shape.layers(); i++) {
      int bytes = Math.toIntExact(shape.slotBytes() * shape.slots());
      buffers.add(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
    }
  }

  /** Keys and values of each layer in turn. */
  List<OnnxTensor> of(int firstSlot, int slots) throws OrtException {
    Run run = new Run(firstSlot, slots);
    List<OnnxTensor> found = runs.get(run);
    if (found == null) {
      found = create(run);
      runs.put(run, found);
    }
    return found;
  }

  private List<OnnxTensor> create(Run run) throws OrtException {
    int start = Math.toIntExact(shape.slotBytes() * run.firstSlot());
    int bytes = Math.toIntExact(shape.slotBytes() * run.slots());
    long[] dims = {run.slots(), shape.keyValueHeads(), shape.length(), shape.headSize()};
    List<OnnxTensor> tensors = new ArrayList<>();
    for (ByteBuffer buffer : buffers) {
      ByteBuffer slots = buffer.slice(start, bytes).order(ByteOrder.nativeOrder());
      tensors.add(OnnxTensor.createTensor(environment, slots.asFloatBuffer(), dims));
    }
    return tensors;
  }

  void copy(int from, int to, int tokens) {
    int bytes = tokens * shape.headSize() * Float.BYTES;
    for (ByteBuffer buffer : buffers) {
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        buffer.put(start(to, head), buffer, start(from, head), bytes);
      }
    }
  }

  void swap(int one, int other, int tokens) {
    byte[] kept = new byte[tokens * shape.headSize() * Float.BYTES];
    for (ByteBuffer buffer : buffers) {
      for (int head = 0; head < shape.keyValueHeads(); head++) {
        buffer.get(start(one, head), kept);
        buffer.put(start(one, head), buffer, start(other, head), kept.length);
        buffer.put(start(other, head), kept);
      }
    }
  }

  private int start(int slot, int head) {
    long headBytes = (long) shape.length() * shape.headSize() * Float.BYTES;
    return Math.toIntExact(slot * shape.slotBytes() + head * headBytes);
  }

  @Override
  public void close() {
    runs.values().forEach(tensors -> tensors.forEach(OnnxTensor::close));
  }
}
