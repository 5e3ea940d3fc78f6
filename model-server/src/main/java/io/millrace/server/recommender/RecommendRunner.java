package io.millrace.server.recommender;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Computes batches of requests on one instance of the retriever and answers their callers. */
final class RecommendRunner implements BatchRunner<RecommendRequest> {
  private final RetrieverBatch retriever;
  private final ListWriter lists;
  private final String version;
  private final LongSupplier clock;
  private final List<RetrieverRow> rows = new ArrayList<>();

  RecommendRunner(RetrieverBatch retriever, Bundle bundle, LongSupplier clock) {
    this.retriever = retriever;
    this.lists = new ListWriter(bundle.vocabulary(), bundle.manifest().k());
    this.version = bundle.version();
    this.clock = clock;
  }

  @Override
  public void run(List<RecommendRequest> batch, long startNanos) {
    rows.clear();
    for (RecommendRequest request : batch) {
      rows.add(request.row());
    }
    retriever.run(rows);
    long endNanos = clock.getAsLong();
    for (int row = 0; row < batch.size(); row++) {
      answer(batch.get(row), row, startNanos, endNanos);
    }
  }

  private void answer(RecommendRequest request, int row, long startNanos, long endNanos) {
    List<Tensor> outputs;
    try {
      outputs = lists.write(retriever, row, request.row().k(), request.request());
    } catch (InferenceException e) {
      request.fail(e);
      return;
    }
    request.complete(version, outputs, startNanos, endNanos);
  }
}
