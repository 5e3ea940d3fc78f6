package io.millrace.server.llm.decoder;

/**
 * What a language model's folder says of its soft prompts.
 *
 * @param tokens soft tokens that a history becomes
 * @param history most items of it
 */
public record SoftPromptShape(int tokens, int history) {}
