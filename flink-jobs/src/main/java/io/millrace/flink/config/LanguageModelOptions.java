package io.millrace.flink.config;

import io.millrace.flink.functions.GatewaySettings;
import io.millrace.flink.llm.LanguageModelSettings;
import io.millrace.flink.llm.Sampling;
import io.millrace.flink.llm.StructuredOutput;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Which language model writes profiles, how it is asked, and how much it may cost. */
public final class LanguageModelOptions {
  /** Its endpoint. */
  public static final ConfigOption<String> URL =
      ConfigOptions.key("millrace.language-model.url")
          .stringType()
          .defaultValue("http://127.0.0.1:8000/v1")
          .withDescription(
              "Base of an endpoint with OpenAI's interface: the model server with --language-model,"
                  + " vLLM, Ollama, llama.cpp's server, a hosted one. /chat/completions is asked;"
                  + " the rerank job asks /score, which only the model server has.");

  /** Whom to ask there. */
  public static final ConfigOption<String> MODEL =
      ConfigOptions.key("millrace.language-model.model")
          .stringType()
          .defaultValue("smollm2-135m-instruct")
          .withDescription("Name of the model, as the endpoint has it.");

  /** What an endpoint may ask for. */
  public static final ConfigOption<String> KEY_FILE =
      ConfigOptions.key("millrace.language-model.key-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File, on every task manager, with the endpoint's key; a new one is noticed within ten"
                  + " seconds. Anyone on the way can read it unless the address begins with"
                  + " https://. Not set: see millrace.language-model.key-env.");

  /** The same from the environment. */
  public static final ConfigOption<String> KEY_ENV =
      ConfigOptions.key("millrace.language-model.key-env")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of the task managers' environment variable with the endpoint's key. Not set: no"
                  + " key is sent, unless there is one in a file.");

  /** Of an attempt. */
  public static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("millrace.language-model.timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time (seconds) for one attempt, up to the answer's last byte. A question that took"
                  + " longer is not asked again at once: the model may still be paid for it.");

  /** Of a question. */
  public static final ConfigOption<Integer> ATTEMPTS =
      ConfigOptions.key("millrace.language-model.attempts")
          .intType()
          .defaultValue(4)
          .withDescription(
              "How often a question is asked, 1 to 100, while the connection is lost or the endpoint"
                  + " answers 408, 429 or 5xx. After that the profile's turn comes again later.");

  /** Between attempts. */
  public static final ConfigOption<Duration> MAX_PAUSE =
      ConfigOptions.key("millrace.language-model.max-pause")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "Longest pause (seconds) between two attempts; pauses are drawn at random below a"
                  + " bound that doubles from 500 ms. An endpoint whose Retry-After asks for more"
                  + " gets no further attempt, and is left alone for as long as it says.");

  /** Against an endpoint gone wrong. */
  public static final ConfigOption<MemorySize> MAX_ANSWER_SIZE =
      ConfigOptions.key("millrace.language-model.max-answer-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1))
          .withDescription("Answers with more bytes are refused as senseless.");

  /** How JSON is asked for. */
  public static final ConfigOption<StructuredOutput> STRUCTURED_OUTPUT =
      ConfigOptions.key("millrace.language-model.structured-output")
          .enumType(StructuredOutput.class)
          .defaultValue(StructuredOutput.JSON_SCHEMA)
          .withDescription(
              "What the endpoint knows of JSON. JSON_SCHEMA: it lets nothing come out but what the"
                  + " schema allows. JSON_OBJECT: it writes some object, and is told the schema in"
                  + " words. NONE: it is told in words, and the object is looked for in its answer.");

  /** How words are chosen. */
  public static final ConfigOption<Sampling> SAMPLING =
      ConfigOptions.key("millrace.language-model.sampling")
          .enumType(Sampling.class)
          .defaultValue(Sampling.GREEDY)
          .withDescription(
              "What the endpoint is told of it. GREEDY: temperature 0, a seed and max_tokens, so that"
                  + " the same question has the same answer. OWN: max_completion_tokens alone, for"
                  + " hosted reasoning models, which refuse the others.");

  /** How much is on its way at once. */
  public static final ConfigOption<Integer> CONCURRENCY =
      ConfigOptions.key("millrace.language-model.concurrency")
          .intType()
          .defaultValue(4)
          .withDescription(
              "Questions of the whole job that are asked at the same time, 1 to 1024.");

  /** How much it may cost. */
  public static final ConfigOption<Long> TOKENS_PER_MINUTE =
      ConfigOptions.key("millrace.language-model.tokens-per-minute")
          .longType()
          .defaultValue(100_000L)
          .withDescription(
              "Tokens that the whole job spends in a minute, questions and answers together; 0 for"
                  + " no bound. What exceeds it waits; events are read all the same.");

  /** How many may wait. */
  public static final ConfigOption<Integer> MAX_WAITING =
      ConfigOptions.key("millrace.language-model.max-waiting")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "Questions that wait for their turn at most, a few kilobytes each; those with the most"
                  + " gain go first, and those with the least leave when there are more. They come"
                  + " again later.");

  /** At the end of bounded input. */
  public static final ConfigOption<Duration> DRAIN_TIMEOUT =
      ConfigOptions.key("millrace.language-model.drain-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long (seconds) a job whose input has ended goes on asking what still waits.");

  private static final EndpointOptions ENDPOINT =
      new EndpointOptions(
          URL, MODEL, KEY_FILE, KEY_ENV, TIMEOUT, ATTEMPTS, MAX_PAUSE, MAX_ANSWER_SIZE);

  private LanguageModelOptions() {}

  static LanguageModelSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    return new LanguageModelSettings(
        ENDPOINT.settings(configuration), options.get(STRUCTURED_OUTPUT), options.get(SAMPLING));
  }

  static GatewaySettings gateway(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    long tokens = options.get(TOKENS_PER_MINUTE);
    if (tokens < 0) {
      throw new InvalidOptionException(
          TOKENS_PER_MINUTE.key(), tokens, "is negative", "use 1 or more, or 0 for no bound");
    }
    return new GatewaySettings(
        options.between(CONCURRENCY, 1, 1024),
        tokens,
        options.atLeast(MAX_WAITING, 1),
        options.atLeast(DRAIN_TIMEOUT, Duration.ZERO));
  }
}
