package io.millrace.server.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.InferenceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that grows to the largest tensor it has held, and the native tensor over it,
 * which is kept for as long as the shape stays the same. Closed, it gives the buffer to whoever
 * needs one next, so nothing may be read from it any more.
 */
final class TensorSlot implements AutoCloseable {
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  private final OrtEnvironment environment;
  private final DataType type;
  private ByteBuffer buffer = NONE;
  private long[] shape = new long[0];
  private @Nullable OnnxTensor tensor;

  TensorSlot(OrtEnvironment environment, DataType type) {
    this.environment = environment;
    this.type = type;
  }

  /** Makes room for a tensor of that shape. */
  ByteBuffer reserve(long... wanted) {
    int bytes = byteSize(wanted);
    if (bytes > buffer.capacity()) {
      giveBack();
      buffer = DirectMemory.SHARED.take(bytes);
    }
    if (!Arrays.equals(wanted, shape)) {
      release();
      shape = wanted.clone();
    }
    return buffer.clear().limit(bytes);
  }

  /** The native tensor over what was reserved last. */
  OnnxTensor tensor() throws OrtException {
    OnnxTensor current = tensor;
    if (current == null) {
      buffer.clear().limit(byteSize(shape));
      current = OnnxTensor.createTensor(environment, buffer, shape, ElementTypes.of(type));
      tensor = current;
    }
    return current;
  }

  /** The content of what was reserved last. */
  ByteBuffer content() {
    return buffer.clear().limit(byteSize(shape));
  }

  long[] shape() {
    return shape;
  }

  @Override
  public void close() {
    giveBack();
  }

  private void giveBack() {
    release();
    if (buffer != NONE) {
      DirectMemory.SHARED.give(buffer);
      buffer = NONE;
      shape = new long[0];
    }
  }

  private void release() {
    if (tensor != null) {
      tensor.close();
      tensor = null;
    }
  }

  private int byteSize(long[] dims) {
    try {
      long elements = 1;
      for (long dim : dims) {
        elements = Math.multiplyExact(elements, dim);
      }
      return Math.toIntExact(Math.multiplyExact(elements, (long) type.bytes()));
    } catch (ArithmeticException e) {
      throw InferenceException.invalid(
          "a tensor of shape %s is over the limit of 2 GiB", Arrays.toString(dims));
    }
  }
}
