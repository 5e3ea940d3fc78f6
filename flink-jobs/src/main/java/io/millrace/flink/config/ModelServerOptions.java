package io.millrace.flink.config;

import io.millrace.flink.inference.GrpcSettings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

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
              "Encrypt, and check the server's certificate against millrace.model-server.tls-ca.");

  /** Whom to trust. */
  public static final ConfigOption<String> TLS_CA =
      ConfigOptions.key("millrace.model-server.tls-ca")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File of PEM certificates of the authorities to trust, on every task manager; read"
                  + " again within a minute when it changes. Not set: the JVM's trust store.");

  /** Who we are. */
  public static final ConfigOption<String> TLS_CERTIFICATE =
      ConfigOptions.key("millrace.model-server.tls-certificate")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "PEM file of our own certificate, for servers that ask for one; given together with"
                  + " millrace.model-server.tls-key. Read again within a minute when it changes. Not"
                  + " set: we show none.");

  /** Proves who we are. */
  public static final ConfigOption<String> TLS_KEY =
      ConfigOptions.key("millrace.model-server.tls-key")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "PEM file of the private key of millrace.model-server.tls-certificate, PKCS #8 and not"
                  + " encrypted. Not set: we show no certificate.");

  /** What a server may ask for. */
  public static final ConfigOption<String> TOKEN_FILE =
      ConfigOptions.key("millrace.model-server.token-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File, on every task manager, with the bearer token to send; a new one is noticed"
                  + " within ten seconds. Anyone on the way can read it unless"
                  + " millrace.model-server.tls is on. Not set: no token is sent.");

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

  /** Against servers that are sometimes slow. */
  public static final ConfigOption<Duration> HEDGE_AFTER =
      ConfigOptions.key("millrace.model-server.hedge-after")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "A request without an answer after this time (milliseconds) goes to a second server,"
                  + " too, if one has room and nothing else waits; the first answer counts. 0 turns"
                  + " it off. Costs the servers work twice: about the share of requests that take"
                  + " longer.");

  /** When a server is left alone. */
  public static final ConfigOption<Integer> BREAKER_FAILURES =
      ConfigOptions.key("millrace.model-server.breaker-failure-percent")
          .intType()
          .defaultValue(50)
          .withDescription(
              "A server is left alone when this share (percent, 1 to 100) of its last 20 requests,"
                  + " 5 at least, had no answer in time, no connection, or an answer without sense."
                  + " When all are left alone, lists come from the lower rungs at once.");

  /** For how long. */
  public static final ConfigOption<Duration> BREAKER_PAUSE =
      ConfigOptions.key("millrace.model-server.breaker-pause")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "Time (milliseconds or seconds) for which a server is left alone before one request"
                  + " tries it again.");

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
          new GrpcSettings.Connection(
              options.atLeast(KEEP_ALIVE, Duration.ofSeconds(10)),
              (int) maxAnswer,
              options.get(TLS) ? tls(configuration) : withoutTls(configuration),
              configuration.get(TOKEN_FILE)),
          new GrpcSettings.Requests(
              options.between(MAX_REQUESTS, 1, 1024),
              options.between(MAX_LISTS, 1, 1024),
              options.atLeast(HEDGE_AFTER, Duration.ZERO)),
          new GrpcSettings.Breaker(
              options.between(BREAKER_FAILURES, 1, 100),
              options.atLeast(BREAKER_PAUSE, Duration.ofMillis(1))));
    } catch (InvalidOptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(TARGETS.key() + ": " + e.getMessage());
    }
  }

  private static GrpcSettings.Tls tls(Configuration configuration) {
    String certificate = configuration.get(TLS_CERTIFICATE);
    String key = configuration.get(TLS_KEY);
    if ((certificate == null) != (key == null)) {
      ConfigOption<String> missing = certificate == null ? TLS_CERTIFICATE : TLS_KEY;
      throw new InvalidOptionException(
          missing.key() + " is missing; a certificate and its key are given together");
    }
    return new GrpcSettings.Tls(configuration.get(TLS_CA), certificate, key);
  }

  private static GrpcSettings.@Nullable Tls withoutTls(Configuration configuration) {
    for (ConfigOption<String> option : List.of(TLS_CA, TLS_CERTIFICATE, TLS_KEY)) {
      if (configuration.contains(option)) {
        throw new InvalidOptionException(
            option.key() + " is given, but " + TLS.key() + " is false; set it to true");
      }
    }
    return null;
  }
}
