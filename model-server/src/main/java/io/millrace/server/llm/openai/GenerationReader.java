package io.millrace.server.llm.openai;

import io.millrace.server.llm.LanguageModel;
import io.millrace.server.llm.generation.GenerationRequest;
import io.millrace.server.llm.sampling.SamplingSettings;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** The parameters of a generation, as both endpoints have them. */
final class GenerationReader {
  private static final Set<String> SHARED =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "max_tokens",
          "temperature",
          "top_p",
          "frequency_penalty",
          "presence_penalty",
          "seed",
          "stop",
          "n",
          "user",
          "logprobs",
          ConstraintReader.CHOICE,
          ConstraintReader.JSON,
          ConstraintReader.FORMAT);
  static final Set<String> CHAT =
      join(
          SHARED, Set.of("messages", "max_completion_tokens", "top_logprobs", "metadata", "store"));
  static final Set<String> COMPLETION = join(SHARED, Set.of("prompt"));

  private static final int MOST_ALTERNATIVES = 20;
  private static final int MOST_STOPS = 16;
  private static final int COMPLETION_TOKENS = 16;
  private static final double MOST_TEMPERATURE = 2;
  private static final double MOST_PENALTY = 2;

  private final LanguageModel model;
  private final PromptReader prompts;
  private final ConstraintReader constraints;
  private final LongSupplier seeds;

  /**
   * For a model.
   *
   * @param seeds for requests that name none
   */
  GenerationReader(LanguageModel model, LongSupplier seeds) {
    this.model = model;
    this.prompts = new PromptReader(model);
    this.constraints = new ConstraintReader(model);
    this.seeds = seeds;
  }

  private static Set<String> join(Set<String> some, Set<String> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream())
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  GenerationRequest chat(RequestBody body) {
    int[] prompt = prompts.conversation(body);
    String name = body.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    int alternatives = body.integer("top_logprobs", 0, 0, MOST_ALTERNATIVES);
    if (body.has("top_logprobs") && !body.flag("logprobs")) {
      throw OpenAiProblem.invalid("top_logprobs", "needs logprobs to be true");
    }
    return request(body, prompt, name, room(prompt), body.flag("logprobs") ? alternatives : -1);
  }

  GenerationRequest completion(RequestBody body) {
    int[] prompt = prompts.text(body);
    int most = Math.min(COMPLETION_TOKENS, room(prompt));
    int alternatives = body.integer("logprobs", -1, 0, MOST_ALTERNATIVES);
    return request(body, prompt, "max_tokens", most, alternatives);
  }

  private int room(int[] prompt) {
    return model.length() - prompt.length;
  }

  private GenerationRequest request(
      RequestBody body, int[] prompt, String maxTokens, int most, int alternatives) {
    body.integer("n", 1, 1, 1);
    int tokens = body.integer(maxTokens, most, 1, Integer.MAX_VALUE);
    if (tokens > room(prompt)) {
      throw OpenAiProblem.tooLong(
          maxTokens,
          String.format(
              "%s is %d, and after the prompt's %d tokens there is room for %d of %d; ask for"
                  + " fewer, or send less",
              maxTokens, tokens, prompt.length, room(prompt), model.length()));
    }
    SamplingSettings sampling =
        new SamplingSettings(
            body.number("temperature", 1, 0, MOST_TEMPERATURE),
            body.number("top_p", 1, 0, 1),
            body.number("frequency_penalty", 0, -MOST_PENALTY, MOST_PENALTY),
            body.number("presence_penalty", 0, -MOST_PENALTY, MOST_PENALTY),
            body.seed("seed", seeds.getAsLong()));
    List<String> stops = body.texts("stop", MOST_STOPS);
    return new GenerationRequest(
        prompt, tokens, sampling, stops, constraints.read(body), alternatives);
  }
}
