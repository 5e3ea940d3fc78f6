package io.millrace.flink.llm;

/**
 * A question about a subject, on its way to the gateway.
 *
 * @param answerId a digest of everything that is asked; names the answer in the journal
 * @param subject the user, or item, that is asked about
 * @param ordinal 1 for the first question about the subject, one more for each further one
 * @param promptVersion name and version of the prompt, as {@code profile/1}
 * @param gain what the answer is expected to be worth; those with more go first
 * @param request the question
 */
public record LanguageModelCall(
    String answerId,
    String subject,
    long ordinal,
    String promptVersion,
    double gain,
    ChatRequest request) {}
