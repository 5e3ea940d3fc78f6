package io.millrace.server.recommender;

import static io.millrace.server.recommender.GraphTensors.ANY;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.Graph;
import java.util.List;

/**
 * Where the retriever's tensors are in a graph's own order. With B rows, T history items and E
 * excluded items in all of them:
 *
 * @param itemIndex INT32 [T], oldest first within a row
 * @param eventType INT32 [T]
 * @param ageSeconds FP32 [T]
 * @param rowEnds INT32 [B], for each row the history items in it and all rows before it
 * @param profile FP32 [B, 384]
 * @param profileOn FP32 [B, 1], 1 for a row with a profile
 * @param query FP32 [B, 384]
 * @param queryOn FP32 [B, 1]
 * @param excludeIndex INT32 [E]
 * @param excludeEnds INT32 [B], as rowEnds
 * @param candidate INT32 [B, K], best first
 * @param score FP32 [B, K]
 */
public record RetrieverSignature(
    int itemIndex,
    int eventType,
    int ageSeconds,
    int rowEnds,
    int profile,
    int profileOn,
    int query,
    int queryOn,
    int excludeIndex,
    int excludeEnds,
    int candidate,
    int score) {
  private static final List<String> INPUTS =
      List.of(
          "item_index",
          "event_type",
          "age_s",
          "row_ends",
          "profile",
          "profile_on",
          "query",
          "query_on",
          "exclude_index",
          "exclude_ends");

  /**
   * Finds the tensors of a graph.
   *
   * @param file named in failures
   * @throws io.millrace.server.inference.ModelLoadException if the graph has another signature
   */
  public static RetrieverSignature of(Graph graph, String file) {
    GraphTensors tensors = new GraphTensors(file, "retriever", graph);
    long dims = FeatureSchema.VECTOR_DIMS;
    RetrieverSignature signature =
        new RetrieverSignature(
            tensors.input("item_index", DataType.INT32, ANY),
            tensors.input("event_type", DataType.INT32, ANY),
            tensors.input("age_s", DataType.FP32, ANY),
            tensors.input("row_ends", DataType.INT32, ANY),
            tensors.input("profile", DataType.FP32, ANY, dims),
            tensors.input("profile_on", DataType.FP32, ANY, 1),
            tensors.input("query", DataType.FP32, ANY, dims),
            tensors.input("query_on", DataType.FP32, ANY, 1),
            tensors.input("exclude_index", DataType.INT32, ANY),
            tensors.input("exclude_ends", DataType.INT32, ANY),
            tensors.output("candidate", DataType.INT32, ANY, ANY),
            tensors.output("score", DataType.FP32, ANY, ANY));
    tensors.check(INPUTS);
    return signature;
  }
}
