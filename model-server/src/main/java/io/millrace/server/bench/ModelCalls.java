package io.millrace.server.bench;

import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelMetadataResponse.TensorMetadata;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The calls that a model is measured with: histories where it takes them, as a recommender or as a
 * bare retriever, and otherwise whatever fits its metadata.
 *
 * @param requests at least one
 * @param brief as many of the same kind that cost the model as little as may be: histories of one
 *     item. Thousands of them a second have a server compile its code, whatever its model costs
 * @param rows the histories behind them; empty for a model that takes none
 */
record ModelCalls(
    List<ModelInferRequest> requests, List<ModelInferRequest> brief, List<RetrieverRow> rows) {
  /**
   * For the model that the metadata is of.
   *
   * @param padded fill every history up to the longest that the bundle takes
   * @param shapes as {@link AnyModelCalls} takes them
   */
  static ModelCalls of(
      ModelMetadataResponse metadata,
      HistoryOptions histories,
      boolean padded,
      Map<String, String> shapes)
      throws IOException {
    Set<String> inputs =
        metadata.getInputsList().stream()
            .map(TensorMetadata::getName)
            .collect(Collectors.toUnmodifiableSet());
    boolean strings = inputs.containsAll(Set.of("item_id", "event_type", "age_s"));
    boolean indices = inputs.containsAll(Set.of("item_index", "exclude_index"));
    if (!strings && !indices) {
      List<ModelInferRequest> any = new AnyModelCalls(metadata, shapes).all();
      return new ModelCalls(any, any, List.of());
    }
    Bundle bundle = histories.bundle();
    int longest = bundle.manifest().maxHistory();
    List<RetrieverRow> rows =
        histories.read(bundle).stream()
            .map(row -> padded ? HistoryFile.padded(row, longest) : row)
            .toList();
    RecommenderCalls recommender = new RecommenderCalls(metadata.getName(), bundle);
    RetrieverCalls retriever = new RetrieverCalls(metadata.getName());
    Function<RetrieverRow, ModelInferRequest> call = strings ? recommender::of : retriever::of;
    return new ModelCalls(
        rows.stream().map(call).toList(),
        rows.stream().map(row -> call.apply(HistoryFile.newest(row))).toList(),
        rows);
  }
}
