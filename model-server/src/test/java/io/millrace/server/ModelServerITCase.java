package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerReadyRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real process: its ready line, its signals, its exit codes. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class ModelServerITCase {
  private static final String READY = "millrace-model-server ready grpc=127.0.0.1:";

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stopAll() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
    if (Runtime.version().feature() >= 22) {
      // As the launcher does: without it, Java itself writes warnings beside our one line.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ModelServer.class.getName());
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("stderr").toFile()).start();
    started.add(process);
    return process;
  }

  private Process serve(String... more) throws IOException {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--model-repository", TinyModels.folder().toString()));
    args.addAll(List.of("--grpc-port", "0", "--http-port=-1", "--metrics-port=-1"));
    args.addAll(List.of(more));
    return start(args.toArray(String[]::new));
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("stderr"));
  }

  private int awaitReady(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    assertThat(line).as(errors()).startsWith(READY);
    return Integer.parseInt(line.substring(READY.length()));
  }

  private static boolean isReady(int port) {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .serverReady(ServerReadyRequest.getDefaultInstance())
          .getReady();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void itServesWhenItSaysSoAndStopsOnASignalWithZero() throws Exception {
    Process process = serve();
    assertThat(isReady(awaitReady(process))).isTrue();
    // Through its handle: destroying the process itself would close its output here.
    process.toHandle().destroy();
    assertThat(process.waitFor()).as(errors()).isZero();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isNull();
    assertThat(errors()).contains("stopped");
  }

  @Test
  void aKilledProcessLeavesNoFilesBehind() throws Exception {
    Process process = serve();
    awaitReady(process);
    process.toHandle().destroyForcibly();
    process.waitFor();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void itStopsWhenStandardInputEnds() throws Exception {
    Process process = serve("--stop-with-parent");
    awaitReady(process);
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(errors()).isZero();
  }

  @Test
  void withoutTheOptionStandardInputMayEnd() throws Exception {
    Process process = serve();
    process.getOutputStream().close();
    assertThat(isReady(awaitReady(process))).isTrue();
  }

  @Test
  void aBrokenModelIsOneLineAndExitCodeOne() throws Exception {
    Path models = TinyModels.copyTo(folder.resolve("models"));
    Files.writeString(models.resolve("affine/config.pbtxt"), "backend: \"tensorrt\"");
    Process process =
        start(
            "--model-repository",
            models.toString(),
            "--grpc-port",
            "0",
            "--http-port=-1",
            "--metrics-port=-1");
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(errors().strip())
        .hasLineCount(1)
        .startsWith("millrace-model-server: model 'affine': ")
        .contains("backend 'tensorrt' is not supported");
  }

  @Test
  void aPortInUseIsNamedWithTheFix() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Process process =
          start(
              "--model-repository",
              TinyModels.folder().toString(),
              "--grpc-port",
              port,
              "--http-port=-1",
              "--metrics-port=-1");
      assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(errors())
          .contains("--grpc-port " + port + " cannot be listened on")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void withTokensOnlyHealthIsForEverybody() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "infer caller-0123456789\n");
    int port = awaitReady(serve("--tokens-file", tokens.toString()));
    assertThat(isReady(port)).isTrue();
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      var client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
      var request = ServerMetadataRequest.getDefaultInstance();
      assertThatThrownBy(() -> client.serverMetadata(request))
          .hasMessageContaining("UNAUTHENTICATED: no token; send the header Authorization");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aFileOfTokensThatIsNotThereIsNamedWithTheFix() throws Exception {
    Process process = serve("--tokens-file", folder.resolve("nowhere").toString());
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(errors())
        .contains("--tokens-file " + folder.resolve("nowhere") + " does not exist; write lines")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongOptionsAreExitCodeTwo() throws Exception {
    Process process = start("--nonsense");
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(errors().strip()).hasLineCount(1).contains("--help");
  }
}
