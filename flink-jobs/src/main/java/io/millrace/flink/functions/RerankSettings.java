package io.millrace.flink.functions;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a language model is asked to look lists over.
 *
 * @param model who is asked; part of an answer's identity
 * @param offerAgain time after which a question without an answer is put again
 * @param patience time after which a list is not worth looking over any more
 * @param erasureRetention how long after an erasure its time is kept, by processing time, to refuse
 *     late questions
 */
public record RerankSettings(
    String model, Duration offerAgain, Duration patience, Duration erasureRetention)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
