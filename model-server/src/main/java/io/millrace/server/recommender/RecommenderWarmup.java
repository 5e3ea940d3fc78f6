package io.millrace.server.recommender;

import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.sources.PopularNow;
import io.millrace.server.sources.SourceRow;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Computes what a bundle must be able to before it serves. */
final class RecommenderWarmup {
  private final Path directory;
  private final Bundle bundle;

  /**
   * Of a bundle.
   *
   * @param directory named in failures
   */
  RecommenderWarmup(Path directory, Bundle bundle) {
    this.directory = directory;
    this.bundle = bundle;
  }

  /**
   * The largest batch first, so that buffers have their final size; then the smallest.
   *
   * @throws ModelLoadException if a graph fails, or gives what no graph of this bundle may
   */
  void run(List<RecommendRunner> runners, int maxRows) {
    int items = bundle.vocabulary().size();
    int[] history = new int[bundle.manifest().maxHistory()];
    for (int i = 0; i < history.length; i++) {
      history[i] = i % items;
    }
    RecommendRow longest = row(history);
    RecommendRow empty = row(new int[0]);
    Path retriever = directory.resolve(Bundle.RETRIEVER_FILE);
    try {
      for (RecommendRunner runner : runners) {
        runner.warmUp(Collections.nCopies(maxRows, longest));
        runner.warmUp(List.of(empty));
        if (!bundle.vocabulary().isItem(runner.firstRetrieved(0))) {
          throw new ModelLoadException(
              retriever
                  + " returns index "
                  + runner.firstRetrieved(0)
                  + " for an empty history, which is no item of "
                  + Bundle.VOCABULARY_FILE
                  + "; export the bundle again");
        }
      }
    } catch (InferenceException e) {
      throw new ModelLoadException(retriever + " fails on its warm-up: " + e.getMessage(), e);
    }
  }

  private static RecommendRow row(int[] history) {
    int[] indices = new int[history.length];
    for (int i = 0; i < history.length; i++) {
      indices[i] = history[i] + Vocabulary.FIRST_ITEM;
    }
    float[] ages = new float[history.length];
    return new RecommendRow(
        new RetrieverRow(indices, new int[history.length], ages, indices, null, null, 1),
        new SourceRow(history, ages, history, null, null, PopularNow.UNKNOWN),
        0,
        false);
  }
}
