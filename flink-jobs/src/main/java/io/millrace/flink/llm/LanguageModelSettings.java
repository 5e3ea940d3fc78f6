package io.millrace.flink.llm;

import java.io.Serializable;

/**
 * Which language model is asked and how.
 *
 * @param endpoint where it is
 * @param structuredOutput how it is told that JSON is wanted
 * @param sampling how it is told to choose words
 */
public record LanguageModelSettings(
    EndpointSettings endpoint, StructuredOutput structuredOutput, Sampling sampling)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
