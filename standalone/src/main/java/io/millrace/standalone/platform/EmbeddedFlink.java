package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;

/** A Flink cluster, dashboard included, inside this process: one manager, one worker. */
final class EmbeddedFlink implements StartSequence.Part {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Clients of a broker that is gone take longer than anybody wants to wait. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(20);

  private final WorkFolder work;
  private final int port;
  private final int slots;
  private @Nullable MiniCluster cluster;

  /**
   * A cluster that is not started yet.
   *
   * @param work holds checkpoints and all temporary files
   * @param port for the dashboard and the REST API, on the loopback address
   * @param slots task slots: the highest parallelism of a job
   */
  EmbeddedFlink(WorkFolder work, int port, int slots) {
    this.work = work;
    this.port = port;
    this.slots = slots;
  }

  /** Returns when jobs can be submitted. */
  @Override
  public synchronized String start() {
    try {
      cluster =
          new MiniCluster(
              new MiniClusterConfiguration.Builder()
                  .setConfiguration(configuration(work, port))
                  .setNumTaskManagers(1)
                  .setNumSlotsPerTaskManager(slots)
                  .build());
      cluster.start();
      return rest().toString();
    } catch (Exception e) {
      throw new PlatformException("Flink does not start: " + rootMessage(e), e);
    }
  }

  private static Configuration configuration(WorkFolder work, int port) {
    Configuration config = new Configuration();
    config.set(RestOptions.ADDRESS, "127.0.0.1");
    config.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    config.set(RestOptions.PORT, port);
    config.set(RestOptions.BIND_PORT, String.valueOf(port));
    config.set(WebOptions.SUBMIT_ENABLE, false);

    Path temporary = work.folder("tmp").resolve("flink");
    config.set(CoreOptions.TMP_DIRS, temporary.toString());
    config.set(WebOptions.TMP_DIR, temporary.toString());
    config.set(BlobServerOptions.STORAGE_DIRECTORY, temporary.resolve("blobs").toString());
    config.set(ClusterOptions.PROCESS_WORKING_DIR_BASE, temporary.toString());

    config.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    config.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, work.folder("checkpoints").toUri().toString());
    // RocksDB's memory, and the shuffle's: the whole process shares a small machine.
    config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(96));
    config.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
    config.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));

    // A status that a report reads must not be seconds old.
    config.set(WebOptions.REFRESH_INTERVAL, Duration.ofSeconds(1));
    // Metrics that a report reads right after the last event must not be ten seconds old.
    config.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(500));
    // One process: a missed heartbeat means a suspended laptop, not a lost worker.
    config.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
    return config;
  }

  /** The dashboard, and the REST API below it. */
  URI rest() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Hands a job over for running. */
  JobID submit(StreamGraph graph) {
    return await(running().submitJob(graph.getJobGraph()), "submitting the job").getJobID();
  }

  /**
   * Waits until every task of a job runs.
   *
   * @return checkpoints that came due before, which Flink counts as failed
   * @throws PlatformException if it fails before
   */
  long awaitRunning(JobID job) {
    long from = System.nanoTime();
    while (true) {
      AccessExecutionGraph graph =
          await(running().getExecutionGraph(job), "asking how the job starts");
      if (graph.getState().isTerminalState()) {
        throw new PlatformException(
            "the job did not start: "
                + Optional.ofNullable(graph.getFailureInfo())
                    .map(ErrorInfo::getExceptionAsString)
                    .orElse("no reason given"));
      }
      if (allRun(graph)) {
        return failedCheckpoints(graph);
      }
      if (System.nanoTime() - from > LIMIT.toNanos()) {
        throw new PlatformException(
            "the job's tasks do not all run after " + LIMIT.toSeconds() + " s: " + states(graph));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static long failedCheckpoints(AccessExecutionGraph graph) {
    CheckpointStatsSnapshot stats = graph.getCheckpointStatsSnapshot();
    return stats == null ? 0 : stats.getCounts().getNumberOfFailedCheckpoints();
  }

  private static boolean allRun(AccessExecutionGraph graph) {
    return graph.getState() == JobStatus.RUNNING
        && states(graph).stream().allMatch(ExecutionState.RUNNING::equals);
  }

  private static List<ExecutionState> states(AccessExecutionGraph graph) {
    List<ExecutionState> states = new ArrayList<>();
    graph.getAllExecutionVertices().forEach(vertex -> states.add(vertex.getExecutionState()));
    return states;
  }

  /**
   * Watches a job that is meant to run for ever.
   *
   * @param onEnd hears why it ended, if it does so by itself
   */
  void watch(JobID job, Consumer<String> onEnd) {
    MiniCluster watched = running();
    watched
        .requestJobResult(job)
        .whenComplete(
            (result, failure) -> {
              if (failure == null) {
                onEnd.accept(describe(result));
              } else if (watched.isRunning()) {
                onEnd.accept("Flink gave up: " + rootMessage(failure));
              }
            });
  }

  private static String describe(JobResult result) {
    String reason =
        result.getSerializedThrowable().map(failure -> ": " + rootMessage(failure)).orElse("");
    return "the job ended as " + result.getJobStatus().map(Enum::name).orElse("unknown") + reason;
  }

  /** Stops a job without a last snapshot: it goes on from its newest checkpoint. */
  void cancel(JobID job) {
    await(running().cancelJob(job), "cancelling the job");
    await(running().requestJobResult(job), "waiting for the job's end");
  }

  @Override
  public synchronized void close() {
    if (cluster != null) {
      await(cluster.closeAsync(), STOP_LIMIT, "stopping Flink");
    }
  }

  private synchronized MiniCluster running() {
    if (cluster == null) {
      throw new IllegalStateException("Flink is not started");
    }
    return cluster;
  }

  private static <T> T await(CompletableFuture<T> future, String what) {
    return await(future, LIMIT, what);
  }

  private static <T> T await(CompletableFuture<T> future, Duration limit, String what) {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException("interrupted while " + what, e);
    } catch (TimeoutException e) {
      throw new PlatformException(what + " took longer than " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new PlatformException(what + " failed: " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null
        && (root.getMessage() == null
            || root instanceof ExecutionException
            || root instanceof CompletionException
            || root.getMessage().startsWith(root.getCause().getClass().getName()))) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getName() : root.getMessage();
  }
}
