package io.millrace.server.raw;

import io.millrace.server.inference.GraphInstance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Remembers the one input that was written. */
final class RecordingInstance implements GraphInstance {
  long[] shape = new long[0];
  ByteBuffer content = ByteBuffer.allocate(0);

  @Override
  public ByteBuffer input(int index, long... dims) {
    shape = dims;
    int elements = 1;
    for (long dim : dims) {
      elements *= (int) dim;
    }
    content = ByteBuffer.allocate(elements * Integer.BYTES).order(ByteOrder.nativeOrder());
    return content;
  }

  int[] ints() {
    int[] ints = new int[content.capacity() / Integer.BYTES];
    content.rewind();
    content.asIntBuffer().get(ints);
    return ints;
  }

  @Override
  public void expectOutput(int index, long... dims) {}

  @Override
  public void run() {}

  @Override
  public ByteBuffer output(int index) {
    throw new UnsupportedOperationException("there are no outputs");
  }

  @Override
  public long[] outputShape(int index) {
    throw new UnsupportedOperationException("there are no outputs");
  }

  @Override
  public void close() {}
}
