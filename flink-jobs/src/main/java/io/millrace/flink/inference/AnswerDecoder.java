package io.millrace.flink.inference;

import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.schemas.avro.Rung;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Messages of the protocol as answers. Nothing is believed: names, types, shapes, lengths, ids,
 * scores and rung are checked, because what passes here goes to users.
 */
final class AnswerDecoder {
  private static final int MAX_ID_CHARS = 256;
  private static final String MATCHED_KEYWORD = "matched_keyword";

  private AnswerDecoder() {}

  /**
   * Decodes the answer to a request.
   *
   * @param calls of the request, one for each row of the answer
   * @return one answer for each call, in their order
   * @throws BadAnswerException if it is not an answer to these calls; the message says where
   */
  static List<RecommendAnswer> decode(ModelInferResponse response, List<PendingCall> calls) {
    int most = 0;
    for (PendingCall pending : calls) {
      most = Math.max(most, pending.call().k());
    }
    OutputTensors outputs = new OutputTensors(response, calls.size());
    List<String> ids = outputs.texts("item_id", most);
    float[] scores = outputs.floats("score", most);
    List<String> sources = outputs.texts("source", most);
    List<String> rungs = outputs.texts("rung", 1);
    int[] matches = matches(outputs, most, ids.size());
    if (scores.length != ids.size() || sources.size() != ids.size()) {
      throw new BadAnswerException(
          ids.size() + " items, " + scores.length + " scores, " + sources.size() + " sources");
    }
    if (response.getModelVersion().isEmpty()) {
      throw new BadAnswerException("it does not say which version answered");
    }
    if (rungs.size() != calls.size()) {
      throw new BadAnswerException("rung is missing");
    }
    long queueMicros = micros(response, "queue_us");
    long computeMicros = micros(response, "compute_us");
    String ignoredInputs = ignoredInputs(response);
    String rungReason = rungReason(response);
    int width = ids.size() / calls.size();
    List<RecommendAnswer> answers = new ArrayList<>(calls.size());
    for (int row = 0; row < calls.size(); row++) {
      int begin = row * width;
      answers.add(
          new RecommendAnswer(
              items(ids, scores, sources, matches, begin, begin + width, calls.get(row).call()),
              rung(rungs.get(row)),
              response.getModelVersion(),
              queueMicros,
              computeMicros,
              ignoredInputs,
              rungReason));
    }
    return answers;
  }

  /** Which keyword speaks for each item; none where the server does not say. */
  private static int[] matches(OutputTensors outputs, int most, int items) {
    if (!outputs.has(MATCHED_KEYWORD)) {
      int[] none = new int[items];
      Arrays.fill(none, ScoredItem.NO_MATCH);
      return none;
    }
    int[] matches = outputs.ints(MATCHED_KEYWORD, most);
    if (matches.length != items) {
      throw new BadAnswerException(items + " items, " + matches.length + " matched keywords");
    }
    return matches;
  }

  /** The items of one row; empty ids at its end only pad it. */
  private static List<ScoredItem> items(
      List<String> ids,
      float[] scores,
      List<String> sources,
      int[] matches,
      int begin,
      int rowEnd,
      RecommendCall call) {
    int k = call.k();
    int end = rowEnd;
    while (end > begin && ids.get(end - 1).isEmpty()) {
      end--;
    }
    if (end - begin > k) {
      throw new BadAnswerException((end - begin) + " items came, at most " + k + " were asked for");
    }
    List<ScoredItem> items = new ArrayList<>(end - begin);
    Set<String> distinct = new HashSet<>((end - begin) * 2);
    for (int i = begin; i < end; i++) {
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
      if (matches[i] < ScoredItem.NO_MATCH || matches[i] >= call.keywords().size()) {
        throw new BadAnswerException(
            "matched_keyword[" + i + "] is " + matches[i] + " of " + call.keywords().size());
      }
      items.add(new ScoredItem(id, scores[i], sources.get(i), matches[i]));
    }
    return items;
  }

  private static Rung rung(String name) {
    return switch (name) {
      case "RANKED" -> Rung.RANKED;
      case "RETRIEVED" -> Rung.RETRIEVED;
      default ->
          throw new BadAnswerException("rung is '" + name + "', expected RANKED or RETRIEVED");
    };
  }

  private static String ignoredInputs(ModelInferResponse response) {
    InferParameter parameter = response.getParametersMap().get("ignored_inputs");
    return parameter == null ? "" : parameter.getStringParam();
  }

  private static @Nullable String rungReason(ModelInferResponse response) {
    InferParameter parameter = response.getParametersMap().get("rung_reason");
    String reason = parameter == null ? "" : parameter.getStringParam();
    return reason.isEmpty() ? null : reason.substring(0, Math.min(reason.length(), MAX_ID_CHARS));
  }

  private static long micros(ModelInferResponse response, String name) {
    InferParameter parameter = response.getParametersMap().get(name);
    return parameter == null ? 0 : Math.max(0, parameter.getInt64Param());
  }
}
