package io.millrace.server.recommender;

import io.millrace.server.batching.BatchRunner;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Computes batches of requests on one instance of the retriever, lets the other sources have their
 * say, and answers the callers.
 */
final class RecommendRunner implements BatchRunner<RecommendRequest> {
  private final GroupedRetriever retriever;
  private final SourceFusion fusion;
  private final RankedLists ranked;
  private final ListWriter lists;
  private final String version;
  private final LongSupplier clock;
  private final List<RecommendRow> rows = new ArrayList<>();

  RecommendRunner(RetrieverBatch retriever, Bundle bundle, LongSupplier clock) {
    int k = bundle.manifest().k();
    this.fusion = new SourceFusion(bundle.sources(), bundle.vocabulary().size());
    this.retriever = new GroupedRetriever(retriever, row -> fusion.concerns(row) ? k : row.k());
    this.ranked = new RankedLists(k);
    this.lists = new ListWriter(bundle.vocabulary());
    this.version = bundle.version();
    this.clock = clock;
  }

  @Override
  public void run(List<RecommendRequest> batch, long startNanos) {
    rows.clear();
    for (RecommendRequest request : batch) {
      rows.addAll(request.recommendRows());
    }
    ranked.clear(rows.size());
    retriever.run(rows, ranked);
    for (int row = 0; row < rows.size(); row++) {
      if (fusion.concerns(rows.get(row))) {
        fusion.fuse(rows.get(row), ranked, row);
      }
    }
    long endNanos = clock.getAsLong();
    int first = 0;
    for (RecommendRequest request : batch) {
      answer(request, first, startNanos, endNanos);
      first += request.rows();
    }
  }

  private void answer(RecommendRequest request, int first, long startNanos, long endNanos) {
    List<Tensor> outputs;
    try {
      outputs = lists.write(ranked, first, request.rows(), request.request());
    } catch (InferenceException e) {
      request.fail(e);
      return;
    }
    request.complete(version, outputs, request.ignored(), startNanos, endNanos);
  }
}
