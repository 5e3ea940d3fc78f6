package io.millrace.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which models there are, and who decides which of them are loaded. */
@SuppressWarnings("NullAway.Init")
public final class RepositoryOptions {
  /** Who decides which models and versions are loaded. */
  public enum ModelControlMode {
    /** The folder, as it is at the start. */
    NONE,
    /** The folder, as it is now. */
    POLL,
    /** Callers. */
    EXPLICIT
  }

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--model-repository",
      required = true,
      paramLabel = "DIR",
      description = "Folder with one folder per model: NAME/config.pbtxt, NAME/VERSION/model.onnx.")
  private Path modelRepository;

  @Option(
      names = "--model-control-mode",
      paramLabel = "none|poll|explicit",
      description =
          "none: every model is loaded at the start. poll: and whenever its folder changes."
              + " explicit: when a caller asks for it. Default: none.")
  private ModelControlMode modelControlMode = ModelControlMode.NONE;

  @Option(
      names = "--repository-poll",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "With poll, how often the folder is looked at. Default: 15s.")
  private Duration repositoryPoll = Duration.ofSeconds(15);

  @Option(
      names = "--load-model",
      paramLabel = "NAME",
      description =
          "With explicit, a model to load at the start; * is every one. May be given several"
              + " times. Default: none.")
  private List<String> loadModels = List.of();

  RepositoryOptions() {}

  void validate() {
    if (repositoryPoll.isZero()) {
      throw new ParameterException(
          spec.commandLine(), "--repository-poll is 0s; it must be above, such as 15s");
    }
    if (!loadModels.isEmpty() && modelControlMode != ModelControlMode.EXPLICIT) {
      throw new ParameterException(
          spec.commandLine(),
          "--load-model " + loadModels.get(0) + " needs --model-control-mode explicit");
    }
  }

  /** Folder of the models. */
  public Path folder() {
    return modelRepository;
  }

  /** Who decides which models and versions are loaded. */
  public ModelControlMode controlMode() {
    return modelControlMode;
  }

  /** With polling, the pause between two looks at the folder. */
  public Duration poll() {
    return repositoryPoll;
  }

  /** With explicit control, models to load at the start; {@code *} is every one. */
  public List<String> loadAtStart() {
    return List.copyOf(loadModels);
  }
}
