package io.millrace.flink.inference;

import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Messages of the protocol as answers. Nothing is believed: names, types, shapes, lengths, ids,
 * scores and rung are checked, because what passes here goes to users.
 */
final class AnswerDecoder {
  private static final int MAX_ID_CHARS = 256;

  private AnswerDecoder() {}

  /**
   * Decodes the answer to a call.
   *
   * @throws BadAnswerException if it is not an answer to that call; the message says where
   */
  static RecommendAnswer decode(ModelInferResponse response, RecommendCall call) {
    OutputTensors outputs = new OutputTensors(response);
    List<String> ids = outputs.texts("item_id", call.k());
    float[] scores = outputs.floats("score", call.k());
    List<String> sources = outputs.texts("source", call.k());
    if (scores.length != ids.size() || sources.size() != ids.size()) {
      throw new BadAnswerException(
          ids.size() + " items, " + scores.length + " scores, " + sources.size() + " sources");
    }
    if (response.getModelVersion().isEmpty()) {
      throw new BadAnswerException("it does not say which version answered");
    }
    return new RecommendAnswer(
        items(ids, scores, sources),
        rung(outputs.texts("rung", 1)),
        response.getModelVersion(),
        micros(response, "queue_us"),
        micros(response, "compute_us"));
  }

  private static List<ScoredItem> items(List<String> ids, float[] scores, List<String> sources) {
    List<ScoredItem> items = new ArrayList<>(ids.size());
    Set<String> distinct = new HashSet<>(ids.size() * 2);
    for (int i = 0; i < scores.length; i++) {
      String id = ids.get(i);
      if (id.isEmpty() || id.length() > MAX_ID_CHARS) {
        throw new BadAnswerException("item_id[" + i + "] has " + id.length() + " characters");
      }
      if (!distinct.add(id)) {
        throw new BadAnswerException("item_id[" + i + "] '" + id + "' comes twice");
      }
      if (!Float.isFinite(scores[i])) {
        throw new BadAnswerException("score[" + i + "] of '" + id + "' is " + scores[i]);
      }
      items.add(new ScoredItem(id, scores[i], sources.get(i)));
    }
    return items;
  }

  private static Rung rung(List<String> rung) {
    String name = rung.isEmpty() ? "missing" : rung.get(0);
    return switch (name) {
      case "RANKED" -> Rung.RANKED;
      case "RETRIEVED" -> Rung.RETRIEVED;
      default ->
          throw new BadAnswerException("rung is '" + name + "', expected RANKED or RETRIEVED");
    };
  }

  private static long micros(ModelInferResponse response, String name) {
    InferParameter parameter = response.getParametersMap().get(name);
    return parameter == null ? 0 : Math.max(0, parameter.getInt64Param());
  }
}
