package io.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** With which stages the servers that a command starts answer: shared by commands. */
final class ServedVariant {
  @Option(
      names = "--unranked",
      description =
          "Servers that are started here answer with the retriever's lists, without other sources"
              + " and ranker: what the model in process does.")
  private boolean unranked;

  boolean unranked() {
    return unranked;
  }

  /** The folder of models that is served. */
  Path repository(HistoryOptions histories, WorkFolder work) throws IOException {
    Path given = histories.repository();
    return unranked
        ? new RankedVariants(histories.folder(), work.path()).repositoryWithoutRanker()
        : given;
  }
}
