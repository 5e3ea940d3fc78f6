package io.millrace.e2e;

import io.millrace.standalone.platform.CacheFolder;
import io.millrace.standalone.platform.Installation;
import io.millrace.standalone.platform.LocalPlatform;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformSettings;
import io.millrace.standalone.platform.PortChoice;
import io.millrace.standalone.platform.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The whole system inside this JVM, with registry and model server as its children. */
final class RunningPlatform implements AutoCloseable {
  /**
   * Far above what a call takes: on a machine that is busy with other tests a lower rung must mean
   * that the server is gone, not that it was slow.
   */
  private static final Map<String, String> PATIENT = Map.of("millrace.recommend.deadline", "20 s");

  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Path cache;
  private final WorkFolder work;
  private final LocalPlatform platform;

  private RunningPlatform(Path folder) {
    Installation installation = Installation.locate();
    CacheFolder cache = new CacheFolder(folder);
    this.cache = folder;
    work = WorkFolder.temporary(cache);
    platform =
        LocalPlatform.ofRecommendations(
            settings(cache, installation), installation, work, said::add, said::add);
  }

  /** Starts everything on free ports, with a cache folder of its own. */
  static RunningPlatform start() throws IOException {
    RunningPlatform running = new RunningPlatform(Files.createTempDirectory("millrace-e2e"));
    try {
      running.platform.start();
      return running;
    } catch (RuntimeException e) {
      String logs = running.logs();
      running.platform.close();
      throw new AssertionError("the platform does not start\n" + logs, e);
    }
  }

  private static PlatformSettings settings(CacheFolder cache, Installation installation) {
    return new PlatformSettings(
        cache,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        anyPort("--kafka-port"),
        anyPort("--registry-port"),
        anyPort("--model-server-port"),
        anyPort("--flink-port"),
        installation.models(),
        Optional.empty(),
        List.of(),
        2,
        PATIENT);
  }

  private static PortChoice anyPort(String option) {
    return new PortChoice(option, 0, false);
  }

  Platform platform() {
    return platform;
  }

  Endpoints endpoints() {
    return new Endpoints(platform.bootstrapServers(), platform.registry());
  }

  /** Ends the model server as a crash would, and returns when it is gone. */
  void killModelServer() {
    ProcessHandle child =
        ProcessHandle.current()
            .children()
            .filter(RunningPlatform::isModelServer)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no model server runs\n" + logs()));
    child.destroyForcibly();
    child.onExit().join();
  }

  private static boolean isModelServer(ProcessHandle child) {
    return child.info().commandLine().orElse("").contains("model-server.args");
  }

  /** The newest lines of everything it wrote. */
  String logs() {
    Path own = Path.of(System.getProperty("millrace.log.dir", "target/log"));
    return Logs.tail(said, work.path().resolve("log"), own);
  }

  /** Stops it, and fails if anything is left in the cache folder. */
  @Override
  public void close() throws IOException {
    platform.close();
    Files.delete(cache);
  }
}
