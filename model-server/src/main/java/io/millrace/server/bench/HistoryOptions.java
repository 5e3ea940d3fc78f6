package io.millrace.server.bench;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which recommender is measured, and with what histories: shared by all commands. */
final class HistoryOptions {
  private static final long SEED = 1;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description =
          "Version folder of a recommender; its model's folder has a config.pbtxt. Default: the"
              + " demo's.")
  private Path bundle =
      Path.of(System.getProperty("millrace.home", "."), "models", "recommender", "1");

  @Option(
      names = "--rows",
      paramLabel = "FILE",
      description = "Histories: one per line, item indices separated by commas, oldest first.")
  private @Nullable Path rows;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Instead of --rows: folder with interactions.tsv (user, item, rating, timestamp); the"
              + " histories after its newest fifth of events are taken, in an order drawn from a"
              + " seed.")
  private @Nullable Path data;

  @Option(
      names = "--histories",
      paramLabel = "N",
      description = "At most so many histories. Default: ${DEFAULT-VALUE}.")
  private int most = 20_000;

  /** The version folder. */
  Path folder() {
    return bundle.toAbsolutePath().normalize();
  }

  /** The folder of models that the recommender is one of. */
  Path repository() {
    Path model = folder().getParent();
    if (model == null || model.getParent() == null) {
      throw new IllegalArgumentException(
          "--bundle " + bundle + " is not MODELS/NAME/VERSION; give a version folder in there");
    }
    return model.getParent();
  }

  Bundle bundle() {
    return Bundle.read(folder(), FeatureSchema.hash());
  }

  /**
   * Reads the histories.
   *
   * @throws IllegalArgumentException unless exactly one of --rows and --data is given, or if one
   *     cannot be read
   */
  List<RetrieverRow> read(Bundle read) throws IOException {
    int maxHistory = read.manifest().maxHistory();
    Path file = rows;
    Path folder = data;
    List<RetrieverRow> all;
    if (file != null && folder == null) {
      all = HistoryFile.read(file, maxHistory);
    } else if (folder != null && file == null) {
      all = new ArrayList<>(new InteractionHistories(read.vocabulary(), maxHistory).read(folder));
      Collections.shuffle(all, new Random(SEED));
    } else {
      throw new IllegalArgumentException("give the histories: either --rows FILE or --data DIR");
    }
    return all.size() <= most ? all : all.subList(0, most);
  }
}
