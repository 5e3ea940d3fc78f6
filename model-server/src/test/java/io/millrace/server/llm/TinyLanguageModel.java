package io.millrace.server.llm;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** A converted model of random weights: two layers, bytes and a few merges for tokens. */
public final class TinyLanguageModel {
  /** Its name, as callers use it. */
  public static final String NAME = "tiny";

  /** The token that the byte 0 has; other bytes follow. */
  public static final int FIRST_BYTE = 3;

  private TinyLanguageModel() {}

  /** Its folder. */
  public static Path folder() {
    try {
      return Path.of(
          Objects.requireNonNull(TinyLanguageModel.class.getResource("/language-model")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its tokenizer's file. */
  public static Path tokenizer() {
    return folder().resolve("1/tokenizer.json");
  }
}
