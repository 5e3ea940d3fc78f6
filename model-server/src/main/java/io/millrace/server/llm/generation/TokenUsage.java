package io.millrace.server.llm.generation;

/**
 * What a request took.
 *
 * @param prompt tokens of the prompt
 * @param reused of those, tokens whose keys and values were still there
 * @param generated tokens that were generated, or scored
 */
public record TokenUsage(int prompt, int reused, int generated) {}
