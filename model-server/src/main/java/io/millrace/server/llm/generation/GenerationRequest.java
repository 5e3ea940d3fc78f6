package io.millrace.server.llm.generation;

import io.millrace.server.llm.constraint.TextConstraint;
import io.millrace.server.llm.sampling.SamplingSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text to generate.
 *
 * @param prompt tokens before it, at least one
 * @param maxTokens most that are generated, at least 1
 * @param sampling how tokens are chosen
 * @param stops strings that end the text and are no part of it
 * @param constraint what the text has to be; null for any
 * @param alternatives with each token, so many of the likeliest; below 0 for no log-probabilities
 */
@SuppressWarnings("ArrayRecordComponent")
public record GenerationRequest(
    int[] prompt,
    int maxTokens,
    SamplingSettings sampling,
    List<String> stops,
    @Nullable TextConstraint constraint,
    int alternatives) {}
