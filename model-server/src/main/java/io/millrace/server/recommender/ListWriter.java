package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes one row's answer as tensors, in buffers that the next answer reuses. */
final class ListWriter {
  private static final int LENGTH_BYTES = 4;
  private static final int SMALLEST_BYTES = 1024;
  private static final byte[] SOURCE = "retriever".getBytes(StandardCharsets.UTF_8);
  private static final byte[] RUNG = "RETRIEVED".getBytes(StandardCharsets.UTF_8);

  private final Vocabulary vocabulary;
  private final ByteBuffer rung = repeated(RUNG, 1);
  private final ByteBuffer sources;
  private ByteBuffer ids = littleEndian(SMALLEST_BYTES);
  private final ByteBuffer scores;

  /**
   * For lists of items of that vocabulary.
   *
   * @param k most items of a list
   */
  ListWriter(Vocabulary vocabulary, int k) {
    this.vocabulary = vocabulary;
    this.sources = repeated(SOURCE, k);
    this.scores = littleEndian(k * Float.BYTES);
  }

  /**
   * The outputs that the caller wants; valid until the next call.
   *
   * @throws InferenceException INTERNAL if the graph returned something that is no item
   */
  List<Tensor> write(RetrieverBatch batch, int row, int wanted, InferenceRequest request) {
    int found = batch.found(row, wanted);
    List<Tensor> outputs = new ArrayList<>(RecommenderSignature.OUTPUTS.size());
    if (request.wants(RecommenderSignature.OUT_ITEM_ID.name())) {
      writeIds(batch, row, found);
      outputs.add(tensor(RecommenderSignature.OUT_ITEM_ID, found, ids));
    }
    if (request.wants(RecommenderSignature.OUT_SCORE.name())) {
      scores.clear();
      for (int place = 0; place < found; place++) {
        scores.putFloat(batch.score(row, place));
      }
      outputs.add(tensor(RecommenderSignature.OUT_SCORE, found, scores.flip()));
    }
    if (request.wants(RecommenderSignature.OUT_SOURCE.name())) {
      sources.clear().limit(found * (LENGTH_BYTES + SOURCE.length));
      outputs.add(tensor(RecommenderSignature.OUT_SOURCE, found, sources));
    }
    if (request.wants(RecommenderSignature.OUT_RUNG.name())) {
      outputs.add(tensor(RecommenderSignature.OUT_RUNG, 1, rung));
    }
    return outputs;
  }

  private void writeIds(RetrieverBatch batch, int row, int found) {
    int bytes = 0;
    for (int place = 0; place < found; place++) {
      int index = batch.candidate(row, place);
      if (!vocabulary.isItem(index)) {
        throw new InferenceException(
            InferenceException.Code.INTERNAL,
            "the retriever returned index "
                + index
                + ", which no item of the vocabulary has; export the bundle again");
      }
      bytes += LENGTH_BYTES + vocabulary.idBytes(index);
    }
    if (bytes > ids.capacity()) {
      ids = littleEndian(bytes * 2);
    }
    ids.clear();
    for (int place = 0; place < found; place++) {
      int index = batch.candidate(row, place);
      ids.putInt(vocabulary.idBytes(index));
      vocabulary.writeId(index, ids);
    }
    ids.flip();
  }

  private static Tensor tensor(TensorSpec spec, int elements, ByteBuffer data) {
    return new Tensor(spec.name(), spec.type(), new long[] {1, elements}, data);
  }

  private static ByteBuffer repeated(byte[] value, int times) {
    ByteBuffer buffer = littleEndian(times * (LENGTH_BYTES + value.length));
    for (int i = 0; i < times; i++) {
      buffer.putInt(value.length).put(value);
    }
    return buffer.flip();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
