package io.millrace.flink.llm;

/** Makes one client, with its own connections, for each operator instance. */
public final class OpenAiLanguageModelFactory implements LanguageModelFactory {
  private static final long serialVersionUID = 1L;

  private final LanguageModelSettings settings;

  /** For the endpoint that the settings name. */
  public OpenAiLanguageModelFactory(LanguageModelSettings settings) {
    this.settings = settings;
  }

  @Override
  public LanguageModel create() {
    return new OpenAiLanguageModel(settings);
  }
}
