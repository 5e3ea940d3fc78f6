package io.millrace.server.llm;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a language model is run.
 *
 * @param folder of the converted model
 * @param slots texts that are generated at the same time
 * @param length most tokens of one text, with its prompt
 * @param threads that one operator may use
 * @param queue most requests that wait
 * @param timeout from a request's arrival to the end of its answer
 */
public record LanguageModelSettings(
    Path folder, int slots, int length, int threads, int queue, Duration timeout) {}
