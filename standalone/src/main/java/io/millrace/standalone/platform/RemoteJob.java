package io.millrace.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The job on a Flink cluster elsewhere: its jar is uploaded and run, and the job is cancelled when
 * the platform stops. State backend, checkpoint folder and restarts are the cluster's to configure.
 */
final class RemoteJob implements RunningJob {
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration POLL = Duration.ofMillis(200);

  private final String main;
  private final URI address;
  private final FlinkRest rest;
  private final Supplier<Path> jar;
  private final Supplier<JobPlan.Place> place;
  private volatile @Nullable String job;
  private long failedCheckpoints;

  /**
   * A job that is not submitted yet.
   *
   * @param main class of the job
   * @param address the cluster's REST API
   * @param jar the job as one self-contained jar
   * @param place asked when everything else is ready
   */
  RemoteJob(
      String main,
      HttpClient http,
      URI address,
      Supplier<Path> jar,
      Supplier<JobPlan.Place> place) {
    this.main = main;
    this.address = address;
    this.rest = new FlinkRest(http, address);
    this.jar = jar;
    this.place = place;
  }

  @Override
  public String start() {
    JobPlan.Place where = place.get();
    String uploaded = rest.upload(jar.get());
    try {
      String id =
          rest.post(
                  "/jars/" + uploaded + "/run",
                  Map.of(
                      "entryClass",
                      main,
                      "programArgsList",
                      arguments(where),
                      "parallelism",
                      where.parallelism()))
              .path("jobid")
              .asText();
      job = id;
      awaitRunning(id);
      return id + " on " + address;
    } finally {
      rest.delete("/jars/" + uploaded);
    }
  }

  static List<String> arguments(JobPlan.Place place) {
    List<String> arguments = new ArrayList<>();
    JobOptions.ofRemote(place).forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    return arguments;
  }

  private void awaitRunning(String id) {
    long from = System.nanoTime();
    while (true) {
      JsonNode state = rest.get("/jobs/" + id);
      if (state.path("state").asText().equals("FAILED")) {
        throw new PlatformException(
            "the job did not start: "
                + rest.get("/jobs/" + id + "/exceptions")
                    .path("root-exception")
                    .asText("no reason given")
                    .lines()
                    .findFirst()
                    .orElse(""));
      }
      boolean allRun = !state.path("vertices").isEmpty();
      for (JsonNode vertex : state.path("vertices")) {
        allRun &= vertex.path("status").asText().equals("RUNNING");
      }
      if (allRun) {
        failedCheckpoints =
            rest.get("/jobs/" + id + "/checkpoints").path("counts").path("failed").asLong();
        return;
      }
      if (System.nanoTime() - from > START_LIMIT.toNanos()) {
        throw new PlatformException(
            "the job's tasks do not all run after "
                + START_LIMIT.toSeconds()
                + " s; see "
                + address
                + ", and whether the cluster has "
                + place.get().parallelism()
                + " free slots");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  @Override
  public JobStatus status() {
    String running = job;
    if (running == null) {
      throw new IllegalStateException("the job is not started");
    }
    return new RestJobStatus(rest, running, failedCheckpoints);
  }

  @Override
  public void close() {
    String running = job;
    if (running != null) {
      rest.patch("/jobs/" + running + "?mode=cancel");
    }
  }
}
