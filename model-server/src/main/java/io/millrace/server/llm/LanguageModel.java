package io.millrace.server.llm;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.constraint.TokenTrie;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.DecoderShape;
import io.millrace.server.llm.decoder.ModelManifest;
import io.millrace.server.llm.generation.Generator;
import io.millrace.server.llm.generation.GeneratorLimits;
import io.millrace.server.llm.generation.GiveWay;
import io.millrace.server.llm.text.ChatTemplate;
import io.millrace.server.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * A language model that answers: tokenizer, chat template, vocabulary, and the one that computes.
 */
public final class LanguageModel implements AutoCloseable {
  private final ModelManifest manifest;
  private final int length;
  private final TextTokenizer tokenizer;
  private final ChatTemplate template;
  private final TokenTrie trie;
  private final Generator generator;

  /** Loads decoders. */
  @FunctionalInterface
  public interface DecoderLoader {
    /**
     * Loads.
     *
     * @param folder with the decoder's files
     * @throws ModelLoadException if they cannot be loaded
     */
    Decoder load(Path folder, DecoderShape shape, int threads);
  }

  private LanguageModel(
      ModelManifest manifest, int length, TextTokenizer tokenizer, Generator generator) {
    this.manifest = manifest;
    this.length = length;
    this.tokenizer = tokenizer;
    this.template =
        new ChatTemplate(tokenizer, manifest.begin(), manifest.end(), manifest.system());
    this.trie = new TokenTrie(tokenizer.bytes());
    this.generator = generator;
  }

  /**
   * Loads a model.
   *
   * @param clock monotonic nanoseconds
   * @throws ModelLoadException if it cannot be loaded
   */
  public static LanguageModel load(
      LanguageModelSettings settings, DecoderLoader loader, LongSupplier clock, GiveWay giveWay) {
    ModelManifest manifest = ModelManifest.read(settings.folder());
    int length = Math.min(settings.length(), manifest.context());
    DecoderShape shape = manifest.shape(settings.slots(), length);
    if (shape.slotBytes() * shape.slots() > Integer.MAX_VALUE) {
      throw new ModelLoadException(
          String.format(
              "--language-model-slots %d of --language-model-context %d tokens are more than 2 GiB"
                  + " for each layer; use less of either",
              settings.slots(), length));
    }
    TextTokenizer tokenizer = TextTokenizer.load(manifest.folder().resolve("tokenizer.json"));
    try {
      Generator generator =
          Generator.start(
              () -> loader.load(manifest.folder(), shape, settings.threads()),
              tokenizer.bytes(),
              manifest.end(),
              new GeneratorLimits(settings.queue(), settings.timeout()),
              clock,
              giveWay);
      return new LanguageModel(manifest, length, tokenizer, generator);
    } catch (ModelLoadException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The name that callers use. */
  public String name() {
    return manifest.name();
  }

  /** Most tokens of one text, with its prompt. */
  public int length() {
    return length;
  }

  /** Its tokenizer. */
  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** Its form of a conversation. */
  public ChatTemplate template() {
    return template;
  }

  /** Its vocabulary, ordered for constraints. */
  public TokenTrie trie() {
    return trie;
  }

  /** The token before a text that has nothing before it. */
  public int startToken() {
    return manifest.begin();
  }

  /** The one that computes. */
  public Generator generator() {
    return generator;
  }

  @Override
  public void close() {
    generator.close();
    tokenizer.close();
  }
}
