package io.millrace.server.recommender;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.GraphInstance;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs rows of any lengths through one instance of the retriever. For one thread at a time. */
public final class RetrieverBatch implements AutoCloseable {
  /** Scores at or below this are places for which no item was left. */
  private static final float NO_ITEM = -1e30f;

  private static final int DIMS = FeatureSchema.VECTOR_DIMS;
  private static final float[] ZEROS = new float[DIMS];

  private final GraphInstance graph;
  private final RetrieverSignature at;
  private final int k;
  private IntBuffer candidates = IntBuffer.allocate(0);
  private FloatBuffer scores = FloatBuffer.allocate(0);

  /**
   * Over an instance of its own.
   *
   * @param k candidates that the graph returns for each row
   */
  public RetrieverBatch(GraphInstance graph, RetrieverSignature at, int k) {
    this.graph = graph;
    this.at = at;
    this.k = k;
  }

  /** Computes the candidates of every row. */
  public void run(List<RetrieverRow> rows) {
    writeHistories(rows);
    writeExclusions(rows);
    writeVectors(rows);
    graph.expectOutput(at.candidate(), rows.size(), k);
    graph.expectOutput(at.score(), rows.size(), k);
    graph.run();
    candidates = graph.output(at.candidate()).asIntBuffer();
    scores = graph.output(at.score()).asFloatBuffer();
  }

  /** How many of a row's first places hold an item, at most as many as wanted. */
  public int found(int row, int wanted) {
    int found = 0;
    while (found < wanted && score(row, found) > NO_ITEM) {
      found++;
    }
    return found;
  }

  /** The item at a place of a row of the last run. */
  public int candidate(int row, int place) {
    return candidates.get(row * k + place);
  }

  /** The score at a place of a row of the last run. */
  public float score(int row, int place) {
    return scores.get(row * k + place);
  }

  @Override
  public void close() {
    graph.close();
  }

  private void writeHistories(List<RetrieverRow> rows) {
    int total = 0;
    for (RetrieverRow row : rows) {
      total += row.items().length;
    }
    IntBuffer items = graph.input(at.itemIndex(), total).asIntBuffer();
    IntBuffer types = graph.input(at.eventType(), total).asIntBuffer();
    FloatBuffer ages = graph.input(at.ageSeconds(), total).asFloatBuffer();
    IntBuffer ends = graph.input(at.rowEnds(), rows.size()).asIntBuffer();
    for (RetrieverRow row : rows) {
      items.put(row.items());
      types.put(row.eventTypes());
      ages.put(row.ageSeconds());
      ends.put(items.position());
    }
  }

  private void writeExclusions(List<RetrieverRow> rows) {
    int total = 0;
    for (RetrieverRow row : rows) {
      total += row.excluded().length;
    }
    IntBuffer excluded = graph.input(at.excludeIndex(), total).asIntBuffer();
    IntBuffer ends = graph.input(at.excludeEnds(), rows.size()).asIntBuffer();
    for (RetrieverRow row : rows) {
      excluded.put(row.excluded());
      ends.put(excluded.position());
    }
  }

  private void writeVectors(List<RetrieverRow> rows) {
    FloatBuffer profile = graph.input(at.profile(), rows.size(), DIMS).asFloatBuffer();
    FloatBuffer profileOn = graph.input(at.profileOn(), rows.size(), 1).asFloatBuffer();
    FloatBuffer query = graph.input(at.query(), rows.size(), DIMS).asFloatBuffer();
    FloatBuffer queryOn = graph.input(at.queryOn(), rows.size(), 1).asFloatBuffer();
    for (RetrieverRow row : rows) {
      writeVector(row.profile(), profile, profileOn);
      writeVector(row.query(), query, queryOn);
    }
  }

  private static void writeVector(
      @Nullable FloatBuffer vector, FloatBuffer values, FloatBuffer on) {
    if (vector == null) {
      values.put(ZEROS);
      on.put(0f);
    } else {
      values.put(vector.duplicate());
      on.put(1f);
    }
  }
}
