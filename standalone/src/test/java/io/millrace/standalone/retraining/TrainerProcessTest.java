package io.millrace.standalone.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.standalone.platform.JobStatus;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands in for Python, so that nothing is trained. */
class TrainerProcessTest {
  private final Path folder;
  private final List<TrainingRound> heard = new CopyOnWriteArrayList<>();

  TrainerProcessTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void itIsToldWhereTheTopicAndTheModelsAre() throws IOException {
    assertThat(TrainerProcess.command(plan("exit 0"), new Elsewhere()))
        .containsSubsequence(
            "train",
            "--from-kafka",
            "broker:9092",
            "--registry",
            "http://registry/api",
            "--models",
            "/models",
            "--every",
            "500",
            "--json",
            "--stop-with-parent");
  }

  @Test
  void itsRoundsAreHeardUntilItsInputEnds() throws IOException, InterruptedException {
    TrainerProcess.Plan plan =
        plan(
            """
            echo a warning
            echo '{"round": 1, "result": "skipped", "version": null, "seconds": 1, "detail": "x"}'
            cat > /dev/null
            echo '{"round": 2, "result": "refused", "version": null, "seconds": 2, "detail": "y"}'
            """);

    try (TrainerProcess trainer = TrainerProcess.start(plan, new Elsewhere(), heard::add)) {
      trainer.awaitFirstRound();
      assertThat(heard).extracting(TrainingRound::round).containsExactly(1);
      trainer.checkAlive();
    }

    assertThat(heard).extracting(TrainingRound::result).containsExactly("skipped", "refused");
  }

  @Test
  void oneThatCannotStartSaysWhy() throws IOException, InterruptedException {
    TrainerProcess.Plan plan = plan("echo no package >&2; exit 1");

    try (TrainerProcess trainer = TrainerProcess.start(plan, new Elsewhere(), heard::add)) {
      assertThatThrownBy(trainer::awaitFirstRound)
          .isInstanceOf(PlatformException.class)
          .hasMessageContainingAll("the training ended by itself", "no package");
    }
  }

  private TrainerProcess.Plan plan(String script) throws IOException {
    Path python = folder.resolve("python");
    Files.writeString(python, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
    return new TrainerProcess.Plan(python, folder, 500);
  }

  /** A platform that somebody else runs. */
  private static final class Elsewhere implements Platform {
    @Override
    public String bootstrapServers() {
      return "broker:9092";
    }

    @Override
    public URI registry() {
      return URI.create("http://registry/api");
    }

    @Override
    public String modelServer() {
      return "server:8001";
    }

    @Override
    public URI dashboard() {
      return URI.create("http://flink");
    }

    @Override
    public Path modelRepository() {
      return Path.of("/models");
    }

    @Override
    public JobStatus job() {
      throw new UnsupportedOperationException("no job runs");
    }

    @Override
    public Optional<JobStatus> profileJob() {
      return Optional.empty();
    }

    @Override
    public Optional<JobStatus> rerankJob() {
      return Optional.empty();
    }

    @Override
    public Map<String, Duration> processorTime() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
