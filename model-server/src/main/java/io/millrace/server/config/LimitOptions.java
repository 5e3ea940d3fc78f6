package io.millrace.server.config;

import io.millrace.server.protocol.RequestLimits;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How large a tensor of a request may be. */
@SuppressWarnings("NullAway.Init")
final class LimitOptions {
  /** Contents of so many elements, eight bytes each, are still one buffer. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE / Long.BYTES;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--max-tensor-elements",
      paramLabel = "N",
      description = "Inputs with more elements are refused. Default: ${DEFAULT-VALUE}.")
  private int maxTensorElements = RequestLimits.DEFAULTS.tensorElements();

  @Option(
      names = "--max-string-bytes",
      paramLabel = "BYTES",
      description =
          "Inputs of type BYTES with a longer element are refused. Default: ${DEFAULT-VALUE}.")
  private int maxStringBytes = RequestLimits.DEFAULTS.stringBytes();

  LimitOptions() {}

  void validate() {
    check("--max-tensor-elements", maxTensorElements, MOST_ELEMENTS);
    check("--max-string-bytes", maxStringBytes, Integer.MAX_VALUE);
  }

  private void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s is %d; it goes from 1 to %d", option, value, most));
    }
  }

  RequestLimits limits() {
    return new RequestLimits(maxTensorElements, maxStringBytes);
  }
}
