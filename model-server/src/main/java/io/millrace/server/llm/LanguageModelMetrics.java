package io.millrace.server.llm;

import io.millrace.server.llm.generation.GenerationStatistics;
import io.millrace.server.llm.generation.Generator;
import io.millrace.server.metrics.MetricsSource;
import io.millrace.server.metrics.PrometheusText;

/** What is to be known of the language model's work. */
public final class LanguageModelMetrics implements MetricsSource {
  private final Generator generator;

  /** Of that one. */
  public LanguageModelMetrics(Generator generator) {
    this.generator = generator;
  }

  @Override
  public void write(PrometheusText text) {
    GenerationStatistics statistics = generator.statistics();
    String tokens = "millrace_language_model_tokens";
    text.family(
        tokens, "counter", "Tokens: of prompts, of those reused from the cache, and generated.");
    text.sample(tokens, PrometheusText.labels("kind", "prompt"), statistics.promptTokens());
    text.sample(tokens, PrometheusText.labels("kind", "reused"), statistics.reusedTokens());
    text.sample(tokens, PrometheusText.labels("kind", "generated"), statistics.generatedTokens());
    String waiting = "millrace_language_model_waiting";
    text.family(waiting, "gauge", "Requests that wait for the language model.");
    text.sample(waiting, "", generator.waiting());
  }
}
