package io.millrace.server.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A named tensor in wire form: row-major, little endian; elements of {@link DataType#BYTES} each
 * behind their length. Shape and content are never changed after construction.
 */
public final class Tensor {
  private final String name;
  private final DataType type;
  private final long[] shape;
  private final ByteBuffer data;

  /**
   * Over content that the caller has already checked against type and shape; neither array nor
   * buffer is copied.
   *
   * @param shape dimensions, each at least 0
   * @param data the elements, from position to limit
   */
  public Tensor(String name, DataType type, long[] shape, ByteBuffer data) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /** Its name in the model's signature. */
  public String name() {
    return name;
  }

  /** The type of every element. */
  public DataType type() {
    return type;
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Size of one dimension. */
  public long dim(int index) {
    return shape[index];
  }

  /** All dimensions; not to be changed. */
  public long[] shape() {
    return shape;
  }

  /** Number of elements: the product of all dimensions. */
  public int elements() {
    long elements = 1;
    for (long dim : shape) {
      elements *= dim;
    }
    return Math.toIntExact(elements);
  }

  /** An independent view of the content in little-endian order, position 0. */
  public ByteBuffer data() {
    return data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Size of the content in bytes. */
  public int byteSize() {
    return data.remaining();
  }

  @Override
  public String toString() {
    return name + ' ' + type + Arrays.toString(shape);
  }
}
