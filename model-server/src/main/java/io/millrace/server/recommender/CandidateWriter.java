package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceRequest;
import io.millrace.server.inference.Tensor;
import io.millrace.server.inference.TensorSpec;
import io.millrace.server.ranking.FeatureTable;
import io.millrace.server.ranking.RankerSettings;
import io.millrace.server.sources.CandidateSet;
import io.millrace.server.sources.Source;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Writes all candidates of a request, for who asks how its lists came about. Such calls are rare,
 * so features are computed once more and every tensor has memory of its own.
 */
final class CandidateWriter {
  private static final byte[] NOTHING = {};

  private final Vocabulary vocabulary;
  private final FeatureTable features;

  /** For the candidates of a bundle. */
  CandidateWriter(Bundle bundle) {
    this.vocabulary = bundle.vocabulary();
    RankerSettings ranker = bundle.manifest().ranker();
    this.features =
        new FeatureTable(ranker == null ? List.of() : ranker.features(), bundle.sources());
  }

  /**
   * Appends the outputs that the caller asks for by name.
   *
   * @param sets candidates of each row
   */
  void write(
      List<RecommendRow> rows,
      List<CandidateSet> sets,
      InferenceRequest request,
      List<Tensor> outputs) {
    int width = sets.stream().mapToInt(CandidateSet::size).max().orElse(0);
    long[] shape = {rows.size(), width};
    add(RecommenderSignature.OUT_CANDIDATE_ID, shape, () -> ids(sets, width), request, outputs);
    add(
        RecommenderSignature.OUT_CANDIDATE_SOURCE,
        shape,
        () -> sources(sets, width),
        request,
        outputs);
    add(
        RecommenderSignature.OUT_CANDIDATE_SCORE,
        shape,
        () -> scores(sets, width),
        request,
        outputs);
    add(
        RecommenderSignature.OUT_CANDIDATE_FEATURE,
        new long[] {rows.size(), width, features.width()},
        () -> features(rows, sets, width),
        request,
        outputs);
  }

  private static void add(
      TensorSpec spec,
      long[] shape,
      Supplier<ByteBuffer> content,
      InferenceRequest request,
      List<Tensor> outputs) {
    if (request.requestedOutputs().contains(spec.name())) {
      outputs.add(new Tensor(spec.name(), spec.type(), shape, content.get()));
    }
  }

  private ByteBuffer ids(List<CandidateSet> sets, int width) {
    int bytes = sets.size() * width * Integer.BYTES;
    for (CandidateSet set : sets) {
      for (int i = 0; i < set.size(); i++) {
        bytes += vocabulary.idBytes(set.item(i) + Vocabulary.FIRST_ITEM);
      }
    }
    ByteBuffer ids = littleEndian(bytes);
    for (CandidateSet set : sets) {
      for (int i = 0; i < width; i++) {
        if (i < set.size()) {
          int index = set.item(i) + Vocabulary.FIRST_ITEM;
          ids.putInt(vocabulary.idBytes(index));
          vocabulary.writeId(index, ids);
        } else {
          ids.putInt(0);
        }
      }
    }
    return ids.flip();
  }

  private static ByteBuffer sources(List<CandidateSet> sets, int width) {
    List<byte[]> names = new ArrayList<>();
    int bytes = 0;
    for (CandidateSet set : sets) {
      for (int i = 0; i < width; i++) {
        byte[] name = i < set.size() ? broughtBy(set, i) : NOTHING;
        names.add(name);
        bytes += Integer.BYTES + name.length;
      }
    }
    ByteBuffer sources = littleEndian(bytes);
    names.forEach(name -> sources.putInt(name.length).put(name));
    return sources.flip();
  }

  private static byte[] broughtBy(CandidateSet set, int candidate) {
    return Source.ALL.stream()
        .filter(source -> set.isFrom(source, candidate))
        .map(Source::label)
        .collect(Collectors.joining(","))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ByteBuffer scores(List<CandidateSet> sets, int width) {
    ByteBuffer scores = littleEndian(sets.size() * width * Float.BYTES);
    for (CandidateSet set : sets) {
      for (int i = 0; i < width; i++) {
        scores.putFloat(i < set.size() ? set.rankedBy(i) : Float.NaN);
      }
    }
    return scores.flip();
  }

  private ByteBuffer features(List<RecommendRow> rows, List<CandidateSet> sets, int width) {
    ByteBuffer values = littleEndian(rows.size() * width * features.width() * Float.BYTES);
    FloatBuffer into = values.asFloatBuffer();
    for (int row = 0; row < rows.size(); row++) {
      features.write(rows.get(row).sources(), sets.get(row), width, into);
    }
    return values;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
