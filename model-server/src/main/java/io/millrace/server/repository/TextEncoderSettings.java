package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import java.nio.file.Path;

/** What a text encoder's configuration says, in {@code parameters}. */
final class TextEncoderSettings {
  private static final String TOKENIZER = "tokenizer";
  private static final String MOST_TOKENS = "max_tokens";
  private static final String TOKENIZER_FILE = "tokenizer.json";
  private static final int DEFAULT_TOKENS = 256;
  private static final int LARGEST = 8_192;

  private final Path file;
  private final ModelConfig config;

  /**
   * Checks.
   *
   * @throws io.millrace.server.inference.ModelLoadException naming the file, the field and the fix
   */
  TextEncoderSettings(Path file, ModelConfig config) {
    this.file = file;
    this.config = config;
    require(
        config.getMaxBatchSize() >= 1,
        file,
        "max_batch_size",
        config.getMaxBatchSize(),
        "must be at least 1 for a text encoder");
    require(
        config.getInputCount() + config.getOutputCount() + config.getBatchInputCount() == 0,
        file,
        "input, output or batch_input",
        "given",
        "have no meaning for a text encoder, whose tensors are fixed; remove them");
  }

  /** Name of the tokenizer inside the version folder. */
  String tokenizer() {
    String name = value(TOKENIZER, TOKENIZER_FILE);
    require(
        !name.contains("/") && !name.contains("\\") && !name.startsWith("."),
        file,
        "parameters " + TOKENIZER,
        name,
        "must be a name inside the version folder");
    return name;
  }

  /** Most tokens of a text. */
  int mostTokens() {
    String value = value(MOST_TOKENS, Integer.toString(DEFAULT_TOKENS));
    require(
        value.matches("[0-9]{1,4}")
            && Integer.parseInt(value) >= 2
            && Integer.parseInt(value) <= LARGEST,
        file,
        "parameters " + MOST_TOKENS,
        value,
        "must be a number from 2 to " + LARGEST);
    return Integer.parseInt(value);
  }

  private String value(String key, String otherwise) {
    return config.containsParameters(key)
        ? config.getParametersOrThrow(key).getStringValue()
        : otherwise;
  }

  /** What is left for those who look at how the graph is computed. */
  ModelConfig withoutThese() {
    return config.toBuilder().removeParameters(TOKENIZER).removeParameters(MOST_TOKENS).build();
  }
}
