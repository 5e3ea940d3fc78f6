package io.millrace.standalone.cli;

import io.millrace.standalone.platform.LanguageModelChoice;
import io.millrace.standalone.platform.LanguageModelChoice.Besides;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Options that say who writes profiles: a model here, one elsewhere, or nobody. */
final class ProfileWriterOptions {
  @Option(
      names = "--no-llm",
      description = "Write no profiles: no language model is started or asked.")
  private boolean none;

  @Option(
      names = "--language-model",
      paramLabel = "DIR",
      description =
          "Write profiles with the language model in this folder, run by the started model server"
              + " (./millrace language-model makes one; demo does so by itself).")
  private @Nullable Path folder;

  @ArgGroup(exclusive = false)
  private @Nullable Elsewhere elsewhere;

  /** An endpoint. */
  static final class Elsewhere {
    @Option(
        names = "--llm",
        required = true,
        paramLabel = "URL",
        description =
            "Write profiles with the language model of this endpoint, whose interface is OpenAI's,"
                + " such as http://host:8000/v1. A key: -Dmillrace.language-model.key-env=NAME or"
                + " .key-file=FILE.")
    private URI url = URI.create("");

    @Option(
        names = "--llm-model",
        required = true,
        paramLabel = "NAME",
        description = "The model to ask, as the endpoint names it.")
    private String model = "";
  }

  /**
   * Who writes profiles; empty: nobody does.
   *
   * @param besides what they do besides
   */
  Optional<LanguageModelChoice> choice(Set<Besides> besides) {
    if (elsewhere != null) {
      return Optional.of(new LanguageModelChoice.Endpoint(elsewhere.url, elsewhere.model, besides));
    }
    return none || folder == null
        ? Optional.empty()
        : Optional.of(
            new LanguageModelChoice.Embedded(folder.toAbsolutePath().normalize(), besides));
  }
}
