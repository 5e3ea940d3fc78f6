package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferResponse;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outputs of an answer with one row and raw content, by name. */
final class ReplyTensors {
  private static final int NO_MATCH = -1;

  private final ModelInferResponse response;
  private final Map<String, ByteBuffer> contents = new HashMap<>();

  private ReplyTensors(ModelInferResponse response) {
    this.response = response;
    if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
      throw new NotAnsweredException(
          "the model server's answer has "
              + response.getOutputsCount()
              + " outputs with "
              + response.getRawOutputContentsCount()
              + " raw contents: it is no Millrace model server");
    }
    for (int i = 0; i < response.getOutputsCount(); i++) {
      ByteString content = response.getRawOutputContents(i);
      contents.put(response.getOutputs(i).getName(), content.asReadOnlyByteBuffer());
    }
  }

  /**
   * Reads an answer.
   *
   * @param features names of the columns of {@code candidate_feature}
   * @throws NotAnsweredException if it is not one
   */
  static ModelReply decode(ModelInferResponse response, List<String> features) {
    ReplyTensors tensors = new ReplyTensors(response);
    try {
      return tensors.reply(features);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new NotAnsweredException("the model server's answer is cut off: " + e);
    }
  }

  private ModelReply reply(List<String> features) {
    InferParameter reason = response.getParametersMap().get("rung_reason");
    List<String> rung = texts("rung");
    return new ModelReply(
        response.getModelVersion(),
        rung.isEmpty() ? "UNKNOWN" : rung.get(0),
        reason == null ? "" : reason.getStringParam(),
        items(),
        candidates(features));
  }

  private List<Candidate> items() {
    List<String> ids = texts("item_id");
    List<Float> scores = floats("score");
    List<String> sources = texts("source");
    ByteBuffer matches = content("matched_keyword");
    List<Candidate> items = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size() && !ids.get(i).isEmpty(); i++) {
      int match = matches == null ? NO_MATCH : matches.getInt(i * Integer.BYTES);
      items.add(new Candidate(ids.get(i), scores.get(i), sources.get(i), match));
    }
    return items;
  }

  private List<ScoredCandidate> candidates(List<String> names) {
    List<String> ids = texts("candidate_id");
    List<String> sources = texts("candidate_source");
    List<Float> scores = floats("candidate_score");
    List<Float> features = floats("candidate_feature");
    List<ScoredCandidate> candidates = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size() && !ids.get(i).isEmpty(); i++) {
      Map<String, Float> named = new LinkedHashMap<>();
      for (int f = 0; f < names.size() && !features.isEmpty(); f++) {
        named.put(names.get(f), features.get(i * names.size() + f));
      }
      candidates.add(new ScoredCandidate(ids.get(i), sources.get(i), scores.get(i), named));
    }
    return candidates;
  }

  private List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    ByteBuffer content = content(name);
    while (content != null && content.hasRemaining()) {
      int length = content.getInt();
      if (length < 0 || length > content.remaining()) {
        throw new BufferUnderflowException();
      }
      ByteBuffer text = content.slice(content.position(), length);
      content.position(content.position() + length);
      texts.add(ByteString.copyFrom(text).toStringUtf8());
    }
    return texts;
  }

  private List<Float> floats(String name) {
    List<Float> floats = new ArrayList<>();
    ByteBuffer content = content(name);
    while (content != null && content.hasRemaining()) {
      floats.add(content.getFloat());
    }
    return floats;
  }

  private @Nullable ByteBuffer content(String name) {
    ByteBuffer content = contents.get(name);
    return content == null ? null : content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
