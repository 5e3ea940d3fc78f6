package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ServerCommandLineTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private ServerCommandLine.Outcome parse(String... args) {
    return ServerCommandLine.parse(args, new PrintWriter(out), new PrintWriter(err));
  }

  private ServerOptions options(String... args) {
    return Objects.requireNonNull(parse(args).options(), err::toString);
  }

  private void assertRefused(String message, String... args) {
    err.getBuffer().setLength(0);
    assertThat(parse(args)).isEqualTo(new ServerCommandLine.Outcome(null, 2));
    assertThat(err.toString().strip()).hasLineCount(1).contains(message);
  }

  @Test
  void defaultsHoldWhereNothingIsSaid() {
    ServerOptions options = options("--model-repository", "models");
    assertThat(options.repository().folder()).isEqualTo(Path.of("models"));
    assertThat(options.listen().host()).isEqualTo("127.0.0.1");
    assertThat(options.listen().grpcPort()).isEqualTo(8001);
    assertThat(options.serving().maxBatch()).isEqualTo(64);
    assertThat(options.serving().maxQueueDelay()).isEmpty();
    assertThat(options.serving().queueCapacity()).isEqualTo(512);
    assertThat(options.serving().intraOpThreads()).isEqualTo(1);
    assertThat(options.serving().provider()).isEqualTo(ServingOptions.Provider.CPU);
    assertThat(options.life().drainTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.life().stopWithParent()).isFalse();
  }

  @Test
  void theCommandLineWinsOverTheFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("server.properties"),
            "model-repository=models\nmax-queue-delay=500us\nqueue-capacity=7\nprovider=cuda\n");
    ServerOptions options = options("--config", file.toString(), "--queue-capacity", "9");
    assertThat(options.repository().folder()).isEqualTo(Path.of("models"));
    assertThat(options.serving().maxQueueDelay()).contains(Duration.ofNanos(500_000));
    assertThat(options.serving().queueCapacity()).isEqualTo(9);
    assertThat(options.serving().provider()).isEqualTo(ServingOptions.Provider.CUDA);
  }

  @Test
  void wrongOptionsAreOneLineThatNamesOptionValueAndRange() throws IOException {
    assertRefused("--model-repository");
    assertRefused("--nonsense", "--model-repository", "m", "--nonsense");
    assertRefused(
        "--max-batch is 0; it goes from 1 to", "--model-repository", "m", "--max-batch=0");
    assertRefused("--grpc-port is 70000", "--model-repository", "m", "--grpc-port", "70000");
    assertRefused(
        "--max-tensor-elements is 0; it goes from 1 to 268435455",
        "--model-repository",
        "m",
        "--max-tensor-elements=0");
    assertRefused("--max-string-bytes is -1", "--model-repository", "m", "--max-string-bytes=-1");
    assertRefused(
        "'5 minutes' is not a duration", "--model-repository", "m", "--drain-timeout", "5 minutes");
    assertRefused("--config", "--model-repository", "m", "--config", "nowhere.properties");
    Path file = Files.writeString(folder.resolve("s.properties"), "queue-capasity=7\n");
    assertRefused("unknown key 'queue-capasity'", "--config", file.toString());
  }

  @Test
  void optionsThatNeedEachOtherOrAreOutOfRangeSaySo() {
    assertRefused(
        "--tls-certificate needs --tls-key", "--model-repository", "m", "--tls-certificate=c.pem");
    assertRefused("--tls-key needs --tls-certificate", "--model-repository", "m", "--tls-key=k");
    assertRefused(
        "--tls-client-ca needs --tls-certificate", "--model-repository", "m", "--tls-client-ca=a");
    assertRefused(
        "--access-log-sample is 1.5; it goes from 0 to 1",
        "--model-repository",
        "m",
        "--access-log-sample=1.5");
    assertRefused("--trace-sample is NaN", "--model-repository", "m", "--trace-sample=NaN");
    assertRefused(
        "--trace-endpoint 127.0.0.1/v1 is no address over HTTP",
        "--model-repository",
        "m",
        "--trace-endpoint=127.0.0.1/v1");
    assertRefused(
        "--load-model a needs --model-control-mode explicit",
        "--model-repository",
        "m",
        "--load-model=a");
  }

  @Test
  void helpExplainsEveryOption() {
    assertThat(parse("--help")).isEqualTo(new ServerCommandLine.Outcome(null, 0));
    assertThat(out.toString())
        .contains("--model-repository", "--grpc-port", "--max-queue-delay", "--stop-with-parent")
        .contains("RESOURCE_EXHAUSTED", "Exit codes");
  }
}
