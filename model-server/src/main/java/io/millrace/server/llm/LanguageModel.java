package io.millrace.server.llm;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.constraint.TokenTrie;
import io.millrace.server.llm.decoder.Decoder;
import io.millrace.server.llm.decoder.DecoderShape;
import io.millrace.server.llm.decoder.Embeddings;
import io.millrace.server.llm.decoder.HistoryEncoder;
import io.millrace.server.llm.decoder.ModelManifest;
import io.millrace.server.llm.decoder.SoftPromptShape;
import io.millrace.server.llm.generation.Generator;
import io.millrace.server.llm.generation.GeneratorLimits;
import io.millrace.server.llm.generation.GiveWay;
import io.millrace.server.llm.text.ChatTemplate;
import io.millrace.server.llm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable SoftPrompts softPrompts;

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

  /** Loads encoders of histories. */
  @FunctionalInterface
  public interface EncoderLoader {
    /**
     * Loads.
     *
     * @param folder with the encoder's file
     * @param width of the language model's vectors
     * @throws ModelLoadException if it cannot be loaded
     */
    HistoryEncoder load(Path folder, SoftPromptShape shape, int width);
  }

  private LanguageModel(
      ModelManifest manifest,
      int length,
      TextTokenizer tokenizer,
      Generator generator,
      @Nullable SoftPrompts softPrompts) {
    this.softPrompts = softPrompts;
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
      LanguageModelSettings settings,
      DecoderLoader decoders,
      EncoderLoader encoders,
      LongSupplier clock,
      GiveWay giveWay) {
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
    SoftPrompts softPrompts = null;
    try {
      softPrompts = softPrompts(manifest, tokenizer, encoders);
      Generator generator =
          Generator.start(
              () -> decoders.load(manifest.folder(), shape, settings.threads()),
              tokenizer.bytes(),
              manifest.end(),
              new GeneratorLimits(settings.queue(), settings.timeout()),
              clock,
              giveWay);
      return new LanguageModel(manifest, length, tokenizer, generator, softPrompts);
    } catch (ModelLoadException e) {
      if (softPrompts != null) {
        softPrompts.close();
      }
      tokenizer.close();
      throw e;
    }
  }

  private static @Nullable SoftPrompts softPrompts(
      ModelManifest manifest, TextTokenizer tokenizer, EncoderLoader encoders) {
    SoftPromptShape shape = manifest.softPrompt();
    if (shape == null) {
      return null;
    }
    Embeddings embeddings =
        Embeddings.map(
            manifest.folder().resolve("embeddings.bin"), manifest.vocabulary(), manifest.width());
    HistoryEncoder encoder = encoders.load(manifest.folder(), shape, manifest.width());
    return new SoftPrompts(shape, tokenizer, embeddings, manifest.width(), encoder);
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

  /** Makes soft prompts of histories; empty for a model that takes none. */
  public Optional<SoftPrompts> softPrompts() {
    return Optional.ofNullable(softPrompts);
  }

  /** The one that computes. */
  public Generator generator() {
    return generator;
  }

  @Override
  public void close() {
    generator.close();
    if (softPrompts != null) {
      softPrompts.close();
    }
    tokenizer.close();
  }
}
