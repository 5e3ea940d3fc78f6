package io.millrace.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The language model that the server itself runs. */
@SuppressWarnings("NullAway.Init")
public final class LanguageModelOptions {
  private static final int MOST_SLOTS = 256;
  private static final int LEAST_CONTEXT = 16;
  private static final int MOST_CONTEXT = 1 << 20;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--language-model",
      paramLabel = "DIR",
      description =
          "Folder of a converted language model, which is then served below /v1 of the HTTP port as"
              + " OpenAI's interface has it. Default: none.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--language-model-slots",
      paramLabel = "N",
      description =
          "Texts that are generated at the same time; each takes memory for a whole context."
              + " Default: ${DEFAULT-VALUE}.")
  private int slots = 4;

  @Option(
      names = "--language-model-context",
      paramLabel = "TOKENS",
      description =
          "Most tokens of a text with its prompt, up to what the model was trained for. Default:"
              + " ${DEFAULT-VALUE}.")
  private int context = 2_048;

  @Option(
      names = "--language-model-threads",
      paramLabel = "N",
      description =
          "Threads that one operator of the language model may use, all of the lowest priority."
              + " Default: ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--language-model-queue",
      paramLabel = "REQUESTS",
      description =
          "Most requests that wait for the language model; further ones are answered with 429."
              + " Default: ${DEFAULT-VALUE}.")
  private int queue = 64;

  @Option(
      names = "--language-model-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "From the arrival of a request to the language model to the end of its answer; what takes"
              + " longer fails. Default: 120s.")
  private Duration timeout = Duration.ofSeconds(120);

  LanguageModelOptions() {}

  void validate(int httpPort) {
    OptionRange.check(spec, "--language-model-slots", slots, 1, MOST_SLOTS);
    OptionRange.check(spec, "--language-model-context", context, LEAST_CONTEXT, MOST_CONTEXT);
    OptionRange.check(spec, "--language-model-threads", threads, 1, OptionRange.MOST_THREADS);
    OptionRange.check(spec, "--language-model-queue", queue, 1, OptionRange.MOST_WAITING);
    if (timeout.isZero()) {
      throw new ParameterException(
          spec.commandLine(), "--language-model-timeout is 0s; it must be above, such as 120s");
    }
    if (folder.isPresent() && httpPort < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--language-model needs HTTP, and --http-port is " + httpPort + "; choose a port");
    }
  }

  /** Folder of the model, if there is one. */
  public Optional<Path> folder() {
    return folder;
  }

  /** Texts that are generated at the same time. */
  public int slots() {
    return slots;
  }

  /** Most tokens of a text with its prompt. */
  public int context() {
    return context;
  }

  /** Threads that one operator may use. */
  public int threads() {
    return threads;
  }

  /** Most requests that wait. */
  public int queue() {
    return queue;
  }

  /** From a request's arrival to the end of its answer. */
  public Duration timeout() {
    return timeout;
  }
}
