package io.millrace.flink.llm;

/**
 * A part of what is put to a language model.
 *
 * @param role who says it
 * @param content the words
 */
public record ChatMessage(Role role, String content) {

  /** Who speaks. */
  public enum Role {
    /** What holds for the whole conversation. */
    SYSTEM,
    /** The question, with its data. */
    USER,
    /** An answer, as an example. */
    ASSISTANT
  }
}
