package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.inference.Graph;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverBatch;
import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.RetrieverSignature;
import java.nio.file.Path;
import java.util.List;

/** A bundle's retriever in this process, a graph thread for each instance, without strings. */
final class InProcessContestant implements Contestant {
  private final int rows;
  private final int instances;
  private final Graph graph;
  private final ClosedLoop loop;

  /**
   * Loads it.
   *
   * @param rows of a batch
   * @param instances that compute at the same time
   */
  InProcessContestant(
      Path folder, Bundle bundle, List<RetrieverRow> histories, int rows, int instances) {
    Path file = folder.resolve(Bundle.RETRIEVER_FILE);
    this.rows = rows;
    this.instances = instances;
    this.graph = OnnxGraph.load(file, new GraphOptions(ExecutionProvider.CPU, 1));
    RetrieverSignature signature = RetrieverSignature.of(graph, file.toString());
    int k = bundle.manifest().k();
    this.loop =
        new ClosedLoop(
            () -> new RetrieverBatch(graph.newInstance(), signature, k), histories, rows);
  }

  @Override
  public String name() {
    return String.format("in process, %d x %d", instances, rows);
  }

  @Override
  public void warmUp(double seconds) {
    loop.run(instances, seconds);
  }

  @Override
  public ObjectNode turn(double seconds) {
    ObjectNode turn = loop.run(instances, seconds);
    turn.put("per_s", turn.remove("rows_per_s").asDouble());
    return turn;
  }

  @Override
  public long failed() {
    return 0;
  }

  @Override
  public void close() {
    graph.close();
  }
}
