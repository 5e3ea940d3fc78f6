package io.millrace.server.recommender;

import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A ranker that prefers large indices, cannot rank a row whose newest item is {@link #POISON}, and
 * gives what is no number for one whose newest item is {@link #NOT_A_NUMBER}.
 */
final class FakeRanker implements GraphInstance {
  static final int POISON = 3;
  static final int NOT_A_NUMBER = 4;

  private static final int CANDIDATE = 1;
  private static final int ITEM_INDEX = 2;
  private static final int ROW_ENDS = 5;

  private final Map<Integer, ByteBuffer> inputs = new HashMap<>();
  private ByteBuffer scores = ByteBuffer.allocate(0);
  private int places;

  /** Runs so far. */
  int runs;

  /** Where everything is. */
  static RankerSignature signature() {
    return new RankerSignature(
        0,
        CANDIDATE,
        ITEM_INDEX,
        3,
        4,
        ROW_ENDS,
        6,
        7,
        0,
        GraphTensors.ABSENT,
        GraphTensors.ABSENT);
  }

  @Override
  public ByteBuffer input(int index, long... shape) {
    int elements = 1;
    for (long dim : shape) {
      elements *= (int) dim;
    }
    ByteBuffer buffer = buffer(elements);
    inputs.put(index, buffer);
    return buffer;
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(elements * Integer.BYTES).order(ByteOrder.nativeOrder());
  }

  private int value(int input, int at) {
    return Objects.requireNonNull(inputs.get(input)).getInt(at * Integer.BYTES);
  }

  @Override
  public void expectOutput(int index, long... shape) {
    places = (int) shape[1];
    scores = buffer((int) (shape[0] * shape[1]));
  }

  @Override
  public void run() {
    runs++;
    int rows = Objects.requireNonNull(inputs.get(ROW_ENDS)).capacity() / Integer.BYTES;
    for (int row = 0; row < rows; row++) {
      int newest = value(ITEM_INDEX, value(ROW_ENDS, row) - 1);
      if (newest == POISON) {
        throw new InferenceException(InferenceException.Code.INTERNAL, "poisoned");
      }
      for (int i = 0; i < places; i++) {
        int at = row * places + i;
        float score = newest == NOT_A_NUMBER && i == 1 ? Float.NaN : value(CANDIDATE, at);
        scores.putFloat(at * Float.BYTES, score);
      }
    }
  }

  @Override
  public ByteBuffer output(int index) {
    return scores.duplicate().order(ByteOrder.nativeOrder());
  }

  @Override
  public long[] outputShape(int index) {
    return new long[] {scores.capacity() / Float.BYTES / places, places};
  }

  @Override
  public void close() {
    inputs.clear();
  }
}
