package io.millrace.server.llm.decoder;

import io.millrace.server.inference.InferenceException;
import java.nio.FloatBuffer;

/** A language model with a cache of keys and values for several texts. Not safe for threads. */
public interface Decoder extends AutoCloseable {
  /** Its sizes. */
  DecoderShape shape();

  /**
   * Computes.
   *
   * @return logits {@code [wanted, vocabulary]}, valid until the next call
   * @throws InferenceException if it fails; what the slots hold of the call's tokens is undefined
   */
  FloatBuffer run(DecoderCall call);

  /** Copies what a slot holds of the first tokens to another slot. */
  void copy(int from, int to, int tokens);

  /** Exchanges what two slots hold of the first tokens. */
  void swap(int one, int other, int tokens);

  @Override
  void close();
}
