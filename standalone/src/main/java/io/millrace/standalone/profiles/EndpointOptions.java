package io.millrace.standalone.profiles;

import io.millrace.flink.llm.ApiKeySource;
import io.millrace.flink.llm.EndpointSettings;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.llm.LanguageModelSettings;
import io.millrace.flink.llm.OpenAiLanguageModelFactory;
import io.millrace.flink.llm.Sampling;
import io.millrace.flink.llm.StructuredOutput;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which language model a measurement asks. */
final class EndpointOptions {
  private static final int MOST_ANSWER_BYTES = 1 << 20;
  private static final int ATTEMPTS = 3;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  @Option(names = "--url", description = "Of the endpoint. Default: ${DEFAULT-VALUE}.")
  private String url = "http://127.0.0.1:8000/v1";

  @Option(names = "--model", description = "To ask for. Default: ${DEFAULT-VALUE}.")
  private String model = "smollm2-135m-instruct";

  @Option(names = "--timeout", description = "For one answer, as PT2M. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofMinutes(10);

  @Option(
      names = "--key-variable",
      description = "Environment variable that holds the endpoint's key. Default: no key.")
  private @Nullable String keyVariable;

  /** The model's name. */
  String model() {
    return model;
  }

  /** The endpoint, greedy and held to schemas. */
  LanguageModel open() {
    return new OpenAiLanguageModelFactory(
            new LanguageModelSettings(
                new EndpointSettings(
                    url,
                    model,
                    new ApiKeySource(null, keyVariable),
                    timeout,
                    ATTEMPTS,
                    LONGEST_PAUSE,
                    MOST_ANSWER_BYTES),
                StructuredOutput.JSON_SCHEMA,
                Sampling.GREEDY))
        .create();
  }
}
