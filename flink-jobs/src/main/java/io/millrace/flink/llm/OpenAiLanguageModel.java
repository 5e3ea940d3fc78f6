package io.millrace.flink.llm;

import java.util.concurrent.CompletableFuture;

/**
 * A language model behind OpenAI's interface: a hosted one, vLLM, Ollama, llama.cpp's server, our
 * own model server. Asks greedily where the settings say so. Likelihoods only our own model server
 * tells ({@code /score}); others refuse the question.
 */
public final class OpenAiLanguageModel implements LanguageModel {
  private static final String WORDS = "/chat/completions";
  private static final String LIKELIHOODS = "/score";

  private final ChatWire words;
  private final ScoreWire likelihoods;
  private final JsonEndpoint endpoint;

  /** Connects lazily. */
  public OpenAiLanguageModel(LanguageModelSettings settings) {
    this(settings, JsonEndpoint.connect(settings.endpoint()));
  }

  OpenAiLanguageModel(LanguageModelSettings settings, JsonEndpoint endpoint) {
    this.words =
        new ChatWire(settings.endpoint().model(), settings.structuredOutput(), settings.sampling());
    this.likelihoods = new ScoreWire(settings.endpoint().model());
    this.endpoint = endpoint;
  }

  @Override
  public CompletableFuture<ChatAnswer> ask(ChatRequest request) {
    try {
      return request.continuations().isEmpty()
          ? endpoint.post(WORDS, words.encode(request), reply -> words.decode(request, reply))
          : endpoint.post(
              LIKELIHOODS,
              likelihoods.encode(request),
              reply -> likelihoods.decode(request, reply));
    } catch (LanguageModelFailure e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
