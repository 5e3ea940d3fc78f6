package io.millrace.standalone.measurement;

import io.millrace.standalone.platform.PlatformException;
import io.millrace.standalone.replay.ReplayPlan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the model server's own benchmark of the bare model in a child process, on the same cores and
 * with the same histories as the replay, while nothing else is busy.
 */
public final class RawInferenceProcess {
  private static final String BENCHMARK = "io.millrace.server.bench.RawInferenceBenchmark";
  private static final String BATCH_SIZES = "1,4,16,32,64";
  private static final String SECONDS_PER_SIZE = "1.5";
  private static final long LIMIT_SECONDS = 90;
  private static final String HEAP = "-Xmx512m";

  private final Path bundle;

  /** For the model in that version folder. */
  public RawInferenceProcess(Path bundle) {
    this.bundle = bundle;
  }

  /**
   * Measures; takes about 10 seconds.
   *
   * @throws PlatformException if the benchmark fails, with its last words
   * @throws InterruptedException if the thread is interrupted; the child is ended then too
   */
  public RawInference measure(ReplayPlan plan) throws InterruptedException {
    Path folder = temporaryFolder();
    Path rows = folder.resolve("rows.txt");
    Path output = folder.resolve("output.json");
    Path errors = folder.resolve("errors.log");
    try {
      new HistoryRows(bundle).write(plan, rows);
      ProcessBuilder builder =
          new ProcessBuilder(command(rows))
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      // ONNX Runtime reports its use unless this is there when its process starts.
      builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
      int exit = await(builder.start());
      if (exit != 0) {
        throw failed("ended with exit code " + exit + ": " + lastLine(errors), null);
      }
      return RawInference.parse(Files.readString(output));
    } catch (IOException | IllegalArgumentException e) {
      throw failed(String.valueOf(e.getMessage()), e);
    } finally {
      remove(List.of(rows, output, errors, folder));
    }
  }

  private List<String> command(Path rows) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Flags that open modules or allow native access: the child needs them as much as this one.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.add(HEAP);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BENCHMARK);
    command.addAll(List.of("--bundle", bundle.toString(), "--rows", rows.toString()));
    command.addAll(
        List.of("--threads", String.valueOf(Runtime.getRuntime().availableProcessors())));
    command.addAll(List.of("--batch-sizes", BATCH_SIZES, "--seconds", SECONDS_PER_SIZE));
    return command;
  }

  private static int await(Process process) throws InterruptedException {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw failed("did not end within " + LIMIT_SECONDS + " s", null);
      }
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static PlatformException failed(String how, @Nullable Exception cause) {
    return new PlatformException("the benchmark of the bare model " + how, cause);
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("millrace-benchmark-");
    } catch (IOException e) {
      throw failed("has no temporary folder: " + e.getMessage(), e);
    }
  }

  private static void remove(List<Path> paths) {
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw failed("left " + path + " behind: " + e.getMessage(), e);
      }
    }
  }
}
