package io.millrace.server.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.millrace.server.inference.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A tokenizer out of a {@code tokenizer.json} of Hugging Face. */
public final class TokenizerFile implements Tokenizer {
  private final HuggingFaceTokenizer tokenizer;

  private TokenizerFile(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads the file. What it says about padding does not count.
   *
   * @param mostTokens of a text; its end is cut off
   * @throws ModelLoadException if it is no tokenizer, naming the file
   */
  public static TokenizerFile read(Path file, int mostTokens) {
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(
          file + " is missing; put the tokenizer.json of the encoder beside its model");
    }
    try {
      return new TokenizerFile(
          HuggingFaceTokenizer.newInstance(
              file,
              Map.of(
                  "padding", "false",
                  "truncation", "true",
                  "maxLength", Integer.toString(mostTokens))));
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new ModelLoadException(file + " is no tokenizer that can be used: " + e, e);
    }
  }

  @Override
  public long[] ids(String text) {
    return tokenizer.encode(text).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
