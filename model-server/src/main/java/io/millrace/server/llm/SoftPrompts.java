package io.millrace.server.llm;

import io.millrace.server.llm.decoder.Embeddings;
import io.millrace.server.llm.decoder.HistoryEncoder;
import io.millrace.server.llm.decoder.SoftPrompt;
import io.millrace.server.llm.decoder.SoftPromptShape;
import io.millrace.server.llm.text.TextTokenizer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes a soft prompt of a history's titles. A title is the mean of its tokens' vectors, as it was
 * when the encoder learned. Safe for threads.
 */
public final class SoftPrompts implements AutoCloseable {
  private final SoftPromptShape shape;
  private final TextTokenizer tokenizer;
  private final Embeddings embeddings;
  private final int width;
  private final HistoryEncoder encoder;

  /** Number of the next vector, below zero. After two billion it begins again. */
  private final AtomicInteger next = new AtomicInteger(-1);

  /**
   * With an encoder, which is closed with this.
   *
   * @param embeddings of the language model
   * @param width of its vectors
   */
  public SoftPrompts(
      SoftPromptShape shape,
      TextTokenizer tokenizer,
      Embeddings embeddings,
      int width,
      HistoryEncoder encoder) {
    this.shape = shape;
    this.tokenizer = tokenizer;
    this.embeddings = embeddings;
    this.width = width;
    this.encoder = encoder;
  }

  /** Tokens that a soft prompt stands in the place of. */
  public int tokens() {
    return shape.tokens();
  }

  /**
   * The soft prompt of a history.
   *
   * @param titles oldest first, at least one and none of them empty; of more than the encoder takes
   *     the newest count
   */
  public SoftPrompt of(List<String> titles) {
    List<String> newest =
        titles.subList(Math.max(0, titles.size() - shape.history()), titles.size());
    float[] items = new float[newest.size() * width];
    FloatBuffer vector = FloatBuffer.allocate(width);
    for (int item = 0; item < newest.size(); item++) {
      int[] tokens = tokenizer.encode(newest.get(item));
      for (int token : tokens) {
        embeddings.write(token, vector.clear());
        for (int i = 0; i < width; i++) {
          items[item * width + i] += vector.get(i) / tokens.length;
        }
      }
    }
    return new SoftPrompt(numbers(), encoder.encode(items), width);
  }

  private int numbers() {
    return next.getAndUpdate(
        first -> first < Integer.MIN_VALUE + 2 * shape.tokens() ? -1 : first - shape.tokens());
  }

  @Override
  public void close() {
    encoder.close();
  }
}
