package io.millrace.server.recommender;

import static io.millrace.server.recommender.GraphTensors.ANY;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import java.util.List;

/**
 * Where the ranker's tensors are in a graph's own order. With B rows, C candidates in the longest
 * of them, F features and T history items in all rows:
 *
 * @param feature FP32 [B, C, F]
 * @param candidate INT32 [B, C], 0 behind a row's last
 * @param itemIndex INT32 [T], oldest first within a row
 * @param eventType INT32 [T]
 * @param ageSeconds FP32 [T]
 * @param rowEnds INT32 [B], for each row the history items in it and all rows before it
 * @param profile FP32 [B, 384]
 * @param profileOn FP32 [B, 1], 1 for a row with a profile
 * @param score FP32 [B, C], what candidates are ordered by
 * @param click FP32 [B, C], how likely each is the next event; or {@link GraphTensors#ABSENT}
 * @param rating FP32 [B, C], what the user would rate; or {@link GraphTensors#ABSENT}
 */
record RankerSignature(
    int feature,
    int candidate,
    int itemIndex,
    int eventType,
    int ageSeconds,
    int rowEnds,
    int profile,
    int profileOn,
    int score,
    int click,
    int rating) {
  private static final List<String> INPUTS =
      List.of(
          "feature",
          "candidate",
          "item_index",
          "event_type",
          "age_s",
          "row_ends",
          "profile",
          "profile_on");

  /**
   * Finds the tensors of a graph.
   *
   * @param file named in failures
   * @param features how many the bundle says that it takes
   * @throws io.millrace.server.inference.ModelLoadException listing all that differs
   */
  static RankerSignature of(Graph graph, String file, int features) {
    GraphTensors tensors = new GraphTensors(file, "ranker of " + features + " features", graph);
    RankerSignature signature =
        new RankerSignature(
            tensors.input("feature", DataType.FP32, ANY, ANY, features),
            tensors.input("candidate", DataType.INT32, ANY, ANY),
            tensors.input("item_index", DataType.INT32, ANY),
            tensors.input("event_type", DataType.INT32, ANY),
            tensors.input("age_s", DataType.FP32, ANY),
            tensors.input("row_ends", DataType.INT32, ANY),
            tensors.input("profile", DataType.FP32, ANY, FeatureSchema.VECTOR_DIMS),
            tensors.input("profile_on", DataType.FP32, ANY, 1),
            tensors.output("score", DataType.FP32, ANY, ANY),
            tensors.optionalOutput("click", DataType.FP32, ANY, ANY),
            tensors.optionalOutput("rating", DataType.FP32, ANY, ANY));
    tensors.check(INPUTS);
    return signature;
  }
}
