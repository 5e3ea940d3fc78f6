package io.millrace.server.recommender;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.inference.GraphInstance;
import io.millrace.server.ranking.FeatureTable;
import io.millrace.server.sources.CandidateSet;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/**
 * Runs the candidates of many rows through one instance of the ranker, each row filled up to the
 * longest. For one thread at a time.
 */
final class RankerBatch implements AutoCloseable {
  private static final int PADDING = 0;
  private static final int DIMS = FeatureSchema.VECTOR_DIMS;
  private static final float[] ZEROS = new float[DIMS];
  private static final FloatBuffer NONE = FloatBuffer.allocate(0);

  private final GraphInstance graph;
  private final RankerSignature at;
  private final FeatureTable features;
  private final int maxHistory;
  private int places;
  private FloatBuffer scores = NONE;
  private FloatBuffer clicks = NONE;
  private FloatBuffer ratings = NONE;

  /**
   * Over an instance of its own.
   *
   * @param maxHistory newest events of a history that the graph is given
   */
  RankerBatch(GraphInstance graph, RankerSignature at, FeatureTable features, int maxHistory) {
    this.graph = graph;
    this.at = at;
    this.features = features;
    this.maxHistory = maxHistory;
  }

  /**
   * Computes the scores of all candidates.
   *
   * @param candidates of each row, at least one in the longest
   */
  void run(List<RecommendRow> rows, List<CandidateSet> candidates) {
    places = 0;
    for (CandidateSet set : candidates) {
      places = Math.max(places, set.size());
    }
    writeCandidates(rows, candidates);
    writeHistories(rows);
    writeProfiles(rows);
    graph.expectOutput(at.score(), rows.size(), places);
    if (at.click() != GraphTensors.ABSENT) {
      graph.expectOutput(at.click(), rows.size(), places);
    }
    if (at.rating() != GraphTensors.ABSENT) {
      graph.expectOutput(at.rating(), rows.size(), places);
    }
    graph.run();
    scores = graph.output(at.score()).asFloatBuffer();
    clicks = optional(at.click());
    ratings = optional(at.rating());
  }

  private FloatBuffer optional(int output) {
    return output == GraphTensors.ABSENT ? NONE : graph.output(output).asFloatBuffer();
  }

  private void writeCandidates(List<RecommendRow> rows, List<CandidateSet> candidates) {
    FloatBuffer values =
        graph.input(at.feature(), rows.size(), places, features.width()).asFloatBuffer();
    IntBuffer indices = graph.input(at.candidate(), rows.size(), places).asIntBuffer();
    for (int row = 0; row < rows.size(); row++) {
      CandidateSet set = candidates.get(row);
      features.write(rows.get(row).sources(), set, places, values);
      for (int i = 0; i < places; i++) {
        indices.put(i < set.size() ? set.item(i) + Vocabulary.FIRST_ITEM : PADDING);
      }
    }
  }

  private void writeHistories(List<RecommendRow> rows) {
    int total = 0;
    for (RecommendRow row : rows) {
      total += Math.min(maxHistory, row.retriever().items().length);
    }
    IntBuffer items = graph.input(at.itemIndex(), total).asIntBuffer();
    IntBuffer types = graph.input(at.eventType(), total).asIntBuffer();
    FloatBuffer ages = graph.input(at.ageSeconds(), total).asFloatBuffer();
    IntBuffer ends = graph.input(at.rowEnds(), rows.size()).asIntBuffer();
    for (RecommendRow row : rows) {
      RetrieverRow history = row.retriever();
      int length = Math.min(maxHistory, history.items().length);
      int from = history.items().length - length;
      items.put(history.items(), from, length);
      types.put(history.eventTypes(), from, length);
      ages.put(history.ageSeconds(), from, length);
      ends.put(items.position());
    }
  }

  private void writeProfiles(List<RecommendRow> rows) {
    FloatBuffer profiles = graph.input(at.profile(), rows.size(), DIMS).asFloatBuffer();
    FloatBuffer profilesOn = graph.input(at.profileOn(), rows.size(), 1).asFloatBuffer();
    for (RecommendRow row : rows) {
      FloatBuffer profile = row.sources().profile();
      if (profile == null) {
        profiles.put(ZEROS);
        profilesOn.put(0f);
      } else {
        profiles.put(profile.duplicate());
        profilesOn.put(1f);
      }
    }
  }

  /** Candidates of the longest row of the last run. */
  int places() {
    return places;
  }

  /** What a candidate of the last run is ordered by. */
  float score(int row, int candidate) {
    return scores.get(row * places + candidate);
  }

  /** How likely a candidate of the last run is the next event; NaN if the graph does not say. */
  float click(int row, int candidate) {
    return clicks.limit() == 0 ? Float.NaN : clicks.get(row * places + candidate);
  }

  /** What the user would rate a candidate of the last run; NaN if the graph does not say. */
  float rating(int row, int candidate) {
    return ratings.limit() == 0 ? Float.NaN : ratings.get(row * places + candidate);
  }

  /** Whether every one of a row's candidates has a score. */
  boolean isFinite(int row, int candidates) {
    for (int i = 0; i < candidates; i++) {
      if (!Float.isFinite(score(row, i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    graph.close();
  }
}
