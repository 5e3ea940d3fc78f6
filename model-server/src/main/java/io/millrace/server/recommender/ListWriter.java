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

/** Writes the lists of one request as tensors, in buffers that the next request reuses. */
final class ListWriter {
  private static final int LENGTH_BYTES = 4;
  private static final int SMALLEST_BYTES = 1024;
  private static final byte[] SOURCE = "retriever".getBytes(StandardCharsets.UTF_8);
  private static final byte[] RUNG = "RETRIEVED".getBytes(StandardCharsets.UTF_8);

  private final Vocabulary vocabulary;
  private ByteBuffer ids = littleEndian(SMALLEST_BYTES);
  private ByteBuffer scores = littleEndian(SMALLEST_BYTES);
  private ByteBuffer sources = littleEndian(SMALLEST_BYTES);
  private ByteBuffer rungs = littleEndian(SMALLEST_BYTES);
  private int[] found = new int[0];

  /** For lists of items of that vocabulary. */
  ListWriter(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The outputs that the caller wants; valid until the next call.
   *
   * @param first where the request's rows begin in the batch
   * @param rows the request's rows
   * @throws InferenceException INTERNAL if the graph returned something that is no item
   */
  List<Tensor> write(
      RetrieverBatch batch, int first, List<RetrieverRow> rows, InferenceRequest request) {
    int width = countFound(batch, first, rows);
    List<Tensor> outputs = new ArrayList<>(RecommenderSignature.OUTPUTS.size());
    if (request.wants(RecommenderSignature.OUT_ITEM_ID.name())) {
      writeIds(batch, first, rows.size(), width);
      outputs.add(tensor(RecommenderSignature.OUT_ITEM_ID, rows.size(), width, ids));
    }
    if (request.wants(RecommenderSignature.OUT_SCORE.name())) {
      writeScores(batch, first, rows.size(), width);
      outputs.add(tensor(RecommenderSignature.OUT_SCORE, rows.size(), width, scores));
    }
    if (request.wants(RecommenderSignature.OUT_SOURCE.name())) {
      writeSources(rows.size(), width);
      outputs.add(tensor(RecommenderSignature.OUT_SOURCE, rows.size(), width, sources));
    }
    if (request.wants(RecommenderSignature.OUT_RUNG.name())) {
      writeRungs(rows.size());
      outputs.add(tensor(RecommenderSignature.OUT_RUNG, rows.size(), 1, rungs));
    }
    return outputs;
  }

  /** Items of each row's list; returns the most. */
  private int countFound(RetrieverBatch batch, int first, List<RetrieverRow> rows) {
    if (found.length < rows.size()) {
      found = new int[rows.size()];
    }
    int width = 0;
    for (int row = 0; row < rows.size(); row++) {
      found[row] = batch.found(first + row, rows.get(row).k());
      width = Math.max(width, found[row]);
    }
    return width;
  }

  private void writeIds(RetrieverBatch batch, int first, int rows, int width) {
    int bytes = rows * width * LENGTH_BYTES;
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < found[row]; place++) {
        bytes += vocabulary.idBytes(item(batch, first + row, place));
      }
    }
    ids = reserve(ids, bytes);
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < found[row]; place++) {
        int index = item(batch, first + row, place);
        ids.putInt(vocabulary.idBytes(index));
        vocabulary.writeId(index, ids);
      }
      pad(ids, width - found[row]);
    }
    ids.flip();
  }

  private int item(RetrieverBatch batch, int row, int place) {
    int index = batch.candidate(row, place);
    if (!vocabulary.isItem(index)) {
      throw new InferenceException(
          InferenceException.Code.INTERNAL,
          "the retriever returned index "
              + index
              + ", which no item of the vocabulary has; export the bundle again");
    }
    return index;
  }

  private void writeScores(RetrieverBatch batch, int first, int rows, int width) {
    scores = reserve(scores, rows * width * Float.BYTES);
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < width; place++) {
        scores.putFloat(place < found[row] ? batch.score(first + row, place) : 0f);
      }
    }
    scores.flip();
  }

  private void writeSources(int rows, int width) {
    sources = reserve(sources, rows * width * (LENGTH_BYTES + SOURCE.length));
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < found[row]; place++) {
        sources.putInt(SOURCE.length).put(SOURCE);
      }
      pad(sources, width - found[row]);
    }
    sources.flip();
  }

  private void writeRungs(int rows) {
    rungs = reserve(rungs, rows * (LENGTH_BYTES + RUNG.length));
    for (int row = 0; row < rows; row++) {
      rungs.putInt(RUNG.length).put(RUNG);
    }
    rungs.flip();
  }

  private static void pad(ByteBuffer target, int places) {
    for (int i = 0; i < places; i++) {
      target.putInt(0);
    }
  }

  private static Tensor tensor(TensorSpec spec, int rows, int width, ByteBuffer data) {
    return new Tensor(spec.name(), spec.type(), new long[] {rows, width}, data);
  }

  private static ByteBuffer reserve(ByteBuffer buffer, int bytes) {
    return bytes > buffer.capacity() ? littleEndian(bytes * 2) : buffer.clear();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
