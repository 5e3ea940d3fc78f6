package io.millrace.flink.llm;

import java.util.concurrent.CompletableFuture;

/**
 * A language model behind OpenAI's interface: a hosted one, vLLM, Ollama, llama.cpp's server, our
 * own model server. Asks greedily where the settings say so.
 */
public final class OpenAiLanguageModel implements LanguageModel {
  private static final String PATH = "/chat/completions";

  private final ChatWire wire;
  private final JsonEndpoint endpoint;

  /** Connects lazily. */
  public OpenAiLanguageModel(LanguageModelSettings settings) {
    this(settings, JsonEndpoint.connect(settings.endpoint()));
  }

  OpenAiLanguageModel(LanguageModelSettings settings, JsonEndpoint endpoint) {
    this.wire =
        new ChatWire(settings.endpoint().model(), settings.structuredOutput(), settings.sampling());
    this.endpoint = endpoint;
  }

  @Override
  public CompletableFuture<ChatAnswer> ask(ChatRequest request) {
    byte[] body;
    try {
      body = wire.encode(request);
    } catch (LanguageModelFailure e) {
      return CompletableFuture.failedFuture(e);
    }
    return endpoint.post(PATH, body, reply -> wire.decode(request, reply));
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
