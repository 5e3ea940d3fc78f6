package io.millrace.flink.config;

import io.millrace.flink.llm.EndpointSettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Who makes vectors of profiles. */
public final class TextEncoderOptions {
  /** Its endpoint. */
  public static final ConfigOption<String> URL =
      ConfigOptions.key("millrace.text-encoder.url")
          .stringType()
          .defaultValue("http://127.0.0.1:8000/v1")
          .withDescription(
              "Base of an endpoint with OpenAI's interface, such as the model server;"
                  + " /embeddings is asked.");

  /** Whom to ask there. */
  public static final ConfigOption<String> MODEL =
      ConfigOptions.key("millrace.text-encoder.model")
          .stringType()
          .defaultValue("minilm")
          .withDescription(
              "Name of the encoder, as the endpoint has it. Its vectors have 384 elements; the models"
                  + " that make lists know those of one encoder only.");

  /** What an endpoint may ask for. */
  public static final ConfigOption<String> KEY_FILE =
      ConfigOptions.key("millrace.text-encoder.key-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File, on every task manager, with the endpoint's key; a new one is noticed within ten"
                  + " seconds. Not set: see millrace.text-encoder.key-env.");

  /** The same from the environment. */
  public static final ConfigOption<String> KEY_ENV =
      ConfigOptions.key("millrace.text-encoder.key-env")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of the task managers' environment variable with the endpoint's key. Not set: no"
                  + " key is sent, unless there is one in a file.");

  /** Of an attempt. */
  public static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("millrace.text-encoder.timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("Time (seconds) for one attempt, up to the answer's last byte.");

  /** Of a text. */
  public static final ConfigOption<Integer> ATTEMPTS =
      ConfigOptions.key("millrace.text-encoder.attempts")
          .intType()
          .defaultValue(4)
          .withDescription(
              "How often a text is tried, 1 to 100, while the connection is lost or the endpoint"
                  + " answers 408, 429 or 5xx. After that the profile goes on without a vector.");

  /** Between attempts. */
  public static final ConfigOption<Duration> MAX_PAUSE =
      ConfigOptions.key("millrace.text-encoder.max-pause")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription(
              "Longest pause (seconds) between two attempts; pauses are drawn at random below a"
                  + " bound that doubles from 500 ms. An endpoint whose Retry-After asks for more"
                  + " gets no further attempt.");

  /** Against an endpoint gone wrong. */
  public static final ConfigOption<MemorySize> MAX_ANSWER_SIZE =
      ConfigOptions.key("millrace.text-encoder.max-answer-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1))
          .withDescription("Answers with more bytes are refused as senseless.");

  private static final EndpointOptions ENDPOINT =
      new EndpointOptions(
          URL, MODEL, KEY_FILE, KEY_ENV, TIMEOUT, ATTEMPTS, MAX_PAUSE, MAX_ANSWER_SIZE);

  private TextEncoderOptions() {}

  static EndpointSettings settings(Configuration configuration) {
    return ENDPOINT.settings(configuration);
  }
}
