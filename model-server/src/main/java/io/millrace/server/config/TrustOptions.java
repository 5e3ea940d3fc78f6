package io.millrace.server.config;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who may call. */
public final class TrustOptions {
  @Option(
      names = "--tokens-file",
      paramLabel = "FILE",
      description =
          "File with lines of a role and a token, infer TOKEN or admin TOKEN; callers need one then,"
              + " and admin to load and unload models. Read again when it changes. Default: none,"
              + " and everybody may call.")
  private Optional<Path> tokensFile = Optional.empty();

  TrustOptions() {}

  /** File with the tokens of callers; without one, everybody may call. */
  public Optional<Path> tokensFile() {
    return tokensFile;
  }
}
