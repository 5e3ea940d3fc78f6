package io.millrace.standalone.platform;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The model server as a child process. It keeps nothing that another start would not find, so one
 * that dies is started again; until then recommendations come from the lower rungs.
 */
final class EmbeddedModelServer implements StartSequence.Part {
  private static final String MAIN = "io.millrace.server.ModelServer";
  private static final Pattern READY =
      Pattern.compile("^millrace-model-server ready grpc=(\\S+:\\d+)(?: http=\\S+)?$");
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  private final SupervisedChild child;
  private final String address;

  private EmbeddedModelServer(SupervisedChild child, String address) {
    this.child = child;
    this.address = address;
  }

  /**
   * Starts the process, without waiting until it is ready.
   *
   * @param options further options of the model server
   * @param httpPort port for the language model and the text encoder; 0 for none
   * @throws PlatformException if there is no model repository
   */
  static EmbeddedModelServer launch(
      Path repository,
      List<String> options,
      WorkFolder work,
      int port,
      int httpPort,
      StartProgress progress) {
    if (!Files.isDirectory(repository)) {
      throw new PlatformException(
          "--models " + repository + " is not a folder; give a model repository, or train a model");
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-Xmx384m",
                // The language model's cache of two texts, and what requests are copied into.
                "-XX:MaxDirectMemorySize=512m",
                "-Djava.io.tmpdir=" + work.folder("tmp"),
                "-cp",
                Installation.classPath(),
                MAIN,
                "--model-repository",
                repository.toString(),
                "--host",
                "127.0.0.1",
                "--grpc-port",
                String.valueOf(port),
                // The jobs speak gRPC; another port is taken from whoever runs this for profiles
                // only.
                "--http-port",
                String.valueOf(httpPort == 0 ? -1 : httpPort),
                "--metrics-port=-1",
                "--stop-with-parent"));
    arguments.addAll(options);
    arguments.addAll(0, flagsOfThisProcess());
    ChildSpec spec =
        new ChildSpec(
            "model server",
            JavaCommand.write(work.folder("tmp").resolve("model-server.args"), arguments),
            // ONNX Runtime otherwise keeps a database of its own in the user's cache folder, and
            // glibc an arena for each thread, from which a replaced model's memory is not returned.
            Map.of("ORT_DISABLE_TELEMETRY", "1", "MALLOC_ARENA_MAX", "2"),
            work.folder("log").resolve("model-server.log"),
            READY,
            START_LIMIT,
            STOP_LIMIT);
    return new EmbeddedModelServer(SupervisedChild.start(spec, progress), "127.0.0.1:" + port);
  }

  /**
   * How far this process compiles, which whoever started it chose for how long it is to run, and
   * which ONNX Runtime it was told to load.
   */
  private static List<String> flagsOfThisProcess() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            argument ->
                argument.startsWith("-XX:TieredStopAtLevel=")
                    || argument.startsWith("-Donnxruntime.native.path="))
        .toList();
  }

  @Override
  public String start() throws InterruptedException {
    child.awaitReady();
    return address;
  }

  SupervisedChild child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }
}
