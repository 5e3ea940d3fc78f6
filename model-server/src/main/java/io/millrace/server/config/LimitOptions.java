package io.millrace.server.config;

import io.millrace.server.protocol.RequestLimits;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How large a request and its tensors may be. */
@SuppressWarnings("NullAway.Init")
public final class LimitOptions {
  /** Contents of so many elements, eight bytes each, are still one buffer. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE / Long.BYTES;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--max-message-bytes",
      paramLabel = "BYTES",
      description = "Requests above this are refused. Default: ${DEFAULT-VALUE}.")
  private int maxMessageBytes = 4 * 1024 * 1024;

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
    OptionRange.check(spec, "--max-message-bytes", maxMessageBytes, 1, Integer.MAX_VALUE);
    OptionRange.check(spec, "--max-tensor-elements", maxTensorElements, 1, MOST_ELEMENTS);
    OptionRange.check(spec, "--max-string-bytes", maxStringBytes, 1, Integer.MAX_VALUE);
  }

  /** Largest request. */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** Largest tensors. */
  public RequestLimits request() {
    return new RequestLimits(maxTensorElements, maxStringBytes);
  }
}
