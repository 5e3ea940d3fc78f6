package io.millrace.flink.llm;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns texts into vectors, somewhere else. */
public interface TextEncoder extends AutoCloseable {

  /**
   * Encodes texts.
   *
   * @return a vector for each text in their order, and who made them; or a failure that is always a
   *     {@link LanguageModelFailure}. The method itself never throws and never blocks
   */
  CompletableFuture<Encoded> encode(List<String> texts);

  /** Cancels what is in flight and frees connections. */
  @Override
  void close();

  /**
   * Vectors of texts.
   *
   * @param vectors one for each text, all of one length
   * @param encoderVersion the encoder, as the endpoint names it
   */
  record Encoded(List<float[]> vectors, String encoderVersion) {}
}
