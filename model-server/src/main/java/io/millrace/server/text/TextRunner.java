package io.millrace.server.text;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Computes batches of texts on one instance of a graph. */
final class TextRunner implements BatchRunner<TextRequest>, AutoCloseable {
  private final GraphInstance graph;
  private final EncoderGraph places;
  private final Tokenizer tokenizer;
  private final String version;
  private final LongSupplier clock;

  TextRunner(
      GraphInstance graph,
      EncoderGraph places,
      Tokenizer tokenizer,
      String version,
      LongSupplier clock) {
    this.graph = graph;
    this.places = places;
    this.tokenizer = tokenizer;
    this.version = version;
    this.clock = clock;
  }

  @Override
  public void run(List<TextRequest> batch, long startNanos) {
    List<long[]> rows = new ArrayList<>();
    int longest = 1;
    for (TextRequest request : batch) {
      for (String text : request.texts()) {
        long[] ids = tokenizer.ids(text);
        rows.add(ids);
        longest = Math.max(longest, ids.length);
      }
    }
    writeInputs(rows, longest);
    graph.expectOutput(places.output(), rows.size(), longest, places.dims());
    graph.run();
    float[][] vectors = vectors(rows, longest);
    long endNanos = clock.getAsLong();
    int row = 0;
    for (TextRequest request : batch) {
      request.complete(version, outputs(request, rows, vectors, row), startNanos, endNanos);
      row += request.rows();
    }
  }

  private void writeInputs(List<long[]> rows, int longest) {
    ByteBuffer ids = graph.input(places.ids(), rows.size(), longest);
    ByteBuffer mask = graph.input(places.mask(), rows.size(), longest);
    for (long[] row : rows) {
      for (int i = 0; i < longest; i++) {
        ids.putLong(i < row.length ? row[i] : 0);
        mask.putLong(i < row.length ? 1 : 0);
      }
    }
    if (places.types() >= 0) {
      ByteBuffer types = graph.input(places.types(), rows.size(), longest);
      while (types.hasRemaining()) {
        types.putLong(0);
      }
    }
  }

  /** The mean over a row's tokens, of length 1. */
  private float[][] vectors(List<long[]> rows, int longest) {
    long[] shape = graph.outputShape(places.output());
    long[] expected = {rows.size(), longest, places.dims()};
    if (!Arrays.equals(shape, expected)) {
      throw new InferenceException(
          InferenceException.Code.INTERNAL,
          "the encoder's output has shape "
              + Arrays.toString(shape)
              + ", expected "
              + Arrays.toString(expected));
    }
    FloatBuffer tokens = graph.output(places.output()).asFloatBuffer();
    float[][] vectors = new float[rows.size()][places.dims()];
    for (int row = 0; row < vectors.length; row++) {
      double[] sum = new double[places.dims()];
      int begin = row * longest * places.dims();
      for (int i = 0; i < rows.get(row).length * places.dims(); i++) {
        sum[i % places.dims()] += tokens.get(begin + i);
      }
      double squares = 0;
      for (double value : sum) {
        squares += value * value;
      }
      // The number of tokens, which a mean divides by, cancels out.
      double length = Math.max(Math.sqrt(squares), Double.MIN_NORMAL);
      for (int i = 0; i < sum.length; i++) {
        vectors[row][i] = (float) (sum[i] / length);
      }
    }
    return vectors;
  }

  private List<Tensor> outputs(
      TextRequest request, List<long[]> rows, float[][] vectors, int from) {
    InferenceRequest asked = request.request();
    int count = request.rows();
    List<Tensor> outputs = new ArrayList<>();
    if (asked.wants(TextEncoder.EMBEDDING)) {
      ByteBuffer data = buffer(count * places.dims());
      for (int row = from; row < from + count; row++) {
        for (float value : vectors[row]) {
          data.putFloat(value);
        }
      }
      long[] shape = {count, places.dims()};
      outputs.add(new Tensor(TextEncoder.EMBEDDING, DataType.FP32, shape, data.flip()));
    }
    if (asked.wants(TextEncoder.TOKENS)) {
      ByteBuffer data = buffer(count);
      for (int row = from; row < from + count; row++) {
        data.putInt(rows.get(row).length);
      }
      long[] shape = {count, 1};
      outputs.add(new Tensor(TextEncoder.TOKENS, DataType.INT32, shape, data.flip()));
    }
    return outputs;
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    graph.close();
  }
}
