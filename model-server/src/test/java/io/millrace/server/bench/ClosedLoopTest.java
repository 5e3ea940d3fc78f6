package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.server.TinyModels;
import io.millrace.server.inference.Graph;
import io.millrace.server.model.ExecutionProvider;
import io.millrace.server.model.GraphOptions;
import io.millrace.server.model.OnnxGraph;
import io.millrace.server.recommender.RetrieverBatch;
import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.RetrieverSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ClosedLoopTest {
  private static final int K = 12;

  @TempDir Path folder;

  private List<RetrieverRow> rows(String text) throws IOException {
    return HistoryFile.read(Files.writeString(folder.resolve("rows"), text), 2);
  }

  private ObjectNode run(List<RetrieverRow> rows) {
    Path file = TinyModels.folder().resolve("retriever/1/model.onnx");
    try (Graph graph = OnnxGraph.load(file, new GraphOptions(ExecutionProvider.CPU, 1))) {
      RetrieverSignature at = RetrieverSignature.of(graph, "tiny");
      return new ClosedLoop(() -> new RetrieverBatch(graph.newInstance(), at, K), rows, 4)
          .run(2, 0.01);
    }
  }

  @Test
  void historiesKeepTheirNewestItemsAndExcludeAll() throws IOException {
    List<RetrieverRow> rows = rows("3, 4,5\n\n");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).items()).containsExactly(4, 5);
    assertThat(rows.get(0).excluded()).containsExactly(3, 4, 5);
    assertThat(rows.get(0).ageSeconds()).containsExactly(1, 0);
    assertThat(rows.get(1).items()).isEmpty();
  }

  @Test
  void linesThatAreNoHistoriesAreRefusedByNumber() {
    assertThatThrownBy(() -> rows("3\n4,x\n")).hasMessageContaining("line 2 is not a list");
    assertThatThrownBy(() -> rows("")).hasMessageContaining("holds no histories");
  }

  @Test
  void aRunSaysWhatARowCosts() throws IOException {
    ObjectNode result = run(rows("3,4\n5\n"));
    assertThat(result.get("batch_size").asInt()).isEqualTo(4);
    assertThat(result.get("instances").asInt()).isEqualTo(2);
    assertThat(result.get("rows_per_s").asDouble()).isPositive();
    assertThat(result.get("core_us_per_row").asDouble()).isNotNegative();
  }

  @Test
  void itemsThatTheGraphDoesNotHaveAreAnErrorAndNotAFigure() throws IOException {
    List<RetrieverRow> rows = rows("900\n");
    assertThatThrownBy(() -> run(rows)).hasMessageContaining("must be those of the bundle");
  }
}
