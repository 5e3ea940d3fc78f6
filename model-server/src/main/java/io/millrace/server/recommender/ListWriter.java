package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.sources.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes the lists of one request as tensors, in buffers that the next request reuses. */
final class ListWriter {
  private static final int LENGTH_BYTES = 4;
  private static final int SMALLEST_BYTES = 1024;

  private final Vocabulary vocabulary;
  private ByteBuffer ids = littleEndian(SMALLEST_BYTES);
  private ByteBuffer scores = littleEndian(SMALLEST_BYTES);
  private ByteBuffer sources = littleEndian(SMALLEST_BYTES);
  private ByteBuffer matches = littleEndian(SMALLEST_BYTES);
  private ByteBuffer rungs = littleEndian(SMALLEST_BYTES);
  private ByteBuffer clicks = littleEndian(SMALLEST_BYTES);
  private ByteBuffer ratings = littleEndian(SMALLEST_BYTES);

  /** For lists of items of that vocabulary. */
  ListWriter(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The outputs that the caller wants; valid until the next call.
   *
   * @param lists of the whole batch
   * @param first where the request's rows begin in the run
   * @param rows how many there are
   * @throws InferenceException INTERNAL if the graph returned something that is no item
   */
  List<Tensor> write(RankedLists lists, int first, int rows, InferenceRequest request) {
    int width = longest(lists, first, rows);
    List<Tensor> outputs = new ArrayList<>(RecommenderSignature.OUTPUTS.size());
    if (request.wants(RecommenderSignature.OUT_ITEM_ID.name())) {
      writeIds(lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_ITEM_ID, rows, width, ids));
    }
    if (request.wants(RecommenderSignature.OUT_SCORE.name())) {
      writeScores(lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_SCORE, rows, width, scores));
    }
    if (request.wants(RecommenderSignature.OUT_SOURCE.name())) {
      writeSources(lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_SOURCE, rows, width, sources));
    }
    if (request.wants(RecommenderSignature.OUT_RUNG.name())) {
      writeRungs(lists, first, rows);
      outputs.add(tensor(RecommenderSignature.OUT_RUNG, rows, 1, rungs));
    }
    if (request.wants(RecommenderSignature.OUT_MATCHED_KEYWORD.name())) {
      writeMatches(lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_MATCHED_KEYWORD, rows, width, matches));
    }
    if (request.requestedOutputs().contains(RecommenderSignature.OUT_CLICK.name())) {
      clicks = writePredictions(clicks, lists::click, lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_CLICK, rows, width, clicks));
    }
    if (request.requestedOutputs().contains(RecommenderSignature.OUT_RATING.name())) {
      ratings = writePredictions(ratings, lists::rating, lists, first, rows, width);
      outputs.add(tensor(RecommenderSignature.OUT_RATING, rows, width, ratings));
    }
    return outputs;
  }

  private static int longest(RankedLists lists, int first, int rows) {
    int longest = 0;
    for (int row = first; row < first + rows; row++) {
      longest = Math.max(longest, lists.found(row));
    }
    return longest;
  }

  private void writeIds(RankedLists lists, int first, int rows, int width) {
    int bytes = rows * width * LENGTH_BYTES;
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < lists.found(first + row); place++) {
        bytes += vocabulary.idBytes(item(lists, first + row, place));
      }
    }
    ids = reserve(ids, bytes);
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < lists.found(first + row); place++) {
        int index = item(lists, first + row, place);
        ids.putInt(vocabulary.idBytes(index));
        vocabulary.writeId(index, ids);
      }
      pad(ids, width - lists.found(first + row));
    }
    ids.flip();
  }

  private int item(RankedLists lists, int row, int place) {
    int index = lists.item(row, place);
    if (!vocabulary.isItem(index)) {
      throw new InferenceException(
          InferenceException.Code.INTERNAL,
          "the retriever returned index "
              + index
              + ", which no item of the vocabulary has; export the bundle again");
    }
    return index;
  }

  private void writeScores(RankedLists lists, int first, int rows, int width) {
    scores = reserve(scores, rows * width * Float.BYTES);
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < width; place++) {
        scores.putFloat(place < lists.found(first + row) ? lists.score(first + row, place) : 0f);
      }
    }
    scores.flip();
  }

  private void writeSources(RankedLists lists, int first, int rows, int width) {
    sources = reserve(sources, rows * width * (LENGTH_BYTES + Source.LONGEST));
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < lists.found(first + row); place++) {
        byte[] source = lists.source(first + row, place).utf8();
        sources.putInt(source.length).put(source);
      }
      pad(sources, width - lists.found(first + row));
    }
    sources.flip();
  }

  private void writeMatches(RankedLists lists, int first, int rows, int width) {
    matches = reserve(matches, rows * width * Integer.BYTES);
    for (int row = 0; row < rows; row++) {
      for (int place = 0; place < width; place++) {
        matches.putInt(place < lists.found(first + row) ? lists.match(first + row, place) : -1);
      }
    }
    matches.flip();
  }

  private void writeRungs(RankedLists lists, int first, int rows) {
    int bytes = 0;
    for (int row = first; row < first + rows; row++) {
      bytes += LENGTH_BYTES + lists.ranking(row).rung().length;
    }
    rungs = reserve(rungs, bytes);
    for (int row = first; row < first + rows; row++) {
      byte[] rung = lists.ranking(row).rung();
      rungs.putInt(rung.length).put(rung);
    }
    rungs.flip();
  }

  /** Of one item of a row's list. */
  private interface Prediction {
    float of(int row, int place);
  }

  private static ByteBuffer writePredictions(
      ByteBuffer buffer, Prediction prediction, RankedLists lists, int first, int rows, int width) {
    ByteBuffer values = reserve(buffer, rows * width * Float.BYTES);
    for (int row = first; row < first + rows; row++) {
      for (int place = 0; place < width; place++) {
        values.putFloat(place < lists.found(row) ? prediction.of(row, place) : Float.NaN);
      }
    }
    return values.flip();
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
