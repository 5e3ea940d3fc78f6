package io.millrace.flink.config;

import io.millrace.flink.inference.GrpcSettings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Where the model server is and how it is called. */
public final class ModelServerOptions {
  /** Its addresses. */
  public static final ConfigOption<List<String>> TARGETS =
      ConfigOptions.key("millrace.model-server.targets")
          .stringType()
          .asList()
          .defaultValues("127.0.0.1:8001")
          .withDescription(
              "gRPC addresses of the model servers, as host:port;host:port. Calls go to them in"
                  + " turn; one that cannot be reached is left out until it is back.");

  /** Whom to ask. */
  public static final ConfigOption<String> MODEL =
      ConfigOptions.key("millrace.model-server.model")
          .stringType()
          .defaultValue("recommender")
          .withDescription("Name of the model that makes lists.");

  /** To notice a dead connection. */
  public static final ConfigOption<Duration> KEEP_ALIVE =
      ConfigOptions.key("millrace.model-server.keep-alive")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "A connection with calls in flight that is silent for this time (seconds) is probed,"
                  + " and given up when it does not answer. At least 10 s: servers cut off callers"
                  + " that probe more often.");

  /** Against a server gone wrong. */
  public static final ConfigOption<MemorySize> MAX_ANSWER_SIZE =
      ConfigOptions.key("millrace.model-server.max-answer-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(4))
          .withDescription("Answers with more bytes are refused as senseless.");

  /** Encryption. */
  public static final ConfigOption<Boolean> TLS =
      ConfigOptions.key("millrace.model-server.tls")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Encrypt, and check the server's certificate against the JVM's trust store.");

  /** How much is on its way at once. */
  public static final ConfigOption<Integer> MAX_REQUESTS =
      ConfigOptions.key("millrace.model-server.max-requests-in-flight")
          .intType()
          .defaultValue(2)
          .withDescription(
              "Requests that each operator instance has on their way to each server, 1 to 1024."
                  + " Lists wanted beyond them wait for one to end and share the next request: a"
                  + " lone list never waits, and under load many share one request's cost.");

  /** How much is in one request. */
  public static final ConfigOption<Integer> MAX_LISTS =
      ConfigOptions.key("millrace.model-server.max-lists-per-request")
          .intType()
          .defaultValue(64)
          .withDescription(
              "Lists that may share a request, 1 to 1024; no more than the model's max_batch_size. A"
                  + " request also ends at 2 MiB.");

  private ModelServerOptions() {}

  static GrpcSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    long maxAnswer = options.get(MAX_ANSWER_SIZE).getBytes();
    if (maxAnswer < 1024 || maxAnswer > (1 << 30)) {
      throw new InvalidOptionException(
          MAX_ANSWER_SIZE.key(), maxAnswer + " b", "is out of range", "use 1 kb to 1 gb");
    }
    try {
      return new GrpcSettings(
          options.get(TARGETS),
          options.text(MODEL),
          options.atLeast(KEEP_ALIVE, Duration.ofSeconds(10)),
          (int) maxAnswer,
          options.get(TLS),
          options.between(MAX_REQUESTS, 1, 1024),
          options.between(MAX_LISTS, 1, 1024));
    } catch (InvalidOptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(TARGETS.key() + ": " + e.getMessage());
    }
  }
}
