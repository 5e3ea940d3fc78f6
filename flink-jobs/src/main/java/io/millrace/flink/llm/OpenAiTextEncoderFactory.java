package io.millrace.flink.llm;

/** Makes one client, with its own connections, for each operator instance. */
public final class OpenAiTextEncoderFactory implements TextEncoderFactory {
  private static final long serialVersionUID = 1L;

  private final EndpointSettings settings;

  /** For the endpoint that the settings name. */
  public OpenAiTextEncoderFactory(EndpointSettings settings) {
    this.settings = settings;
  }

  @Override
  public TextEncoder create() {
    return new OpenAiTextEncoder(settings);
  }
}
