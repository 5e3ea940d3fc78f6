package io.millrace.standalone.platform;

import java.net.http.HttpClient;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;

/** The job on the Flink inside this process. */
final class EmbeddedJob implements RunningJob {
  private final EmbeddedFlink flink;
  private final JobPlan plan;
  private final Supplier<JobPlan.Place> place;
  private final HttpClient http;
  private final Consumer<String> onEnd;
  private volatile @Nullable JobStatus status;

  /**
   * A job that is not submitted yet.
   *
   * @param place asked when everything else is ready
   * @param onEnd hears why the job ended, if it does so by itself
   */
  EmbeddedJob(
      EmbeddedFlink flink,
      JobPlan plan,
      Supplier<JobPlan.Place> place,
      HttpClient http,
      Consumer<String> onEnd) {
    this.flink = flink;
    this.plan = plan;
    this.place = place;
    this.http = http;
    this.onEnd = onEnd;
  }

  @Override
  public String start() {
    JobPlan.Place where = place.get();
    JobID id = flink.submit(plan.make(where));
    long failedCheckpoints = flink.awaitRunning(id);
    flink.watch(id, onEnd);
    FlinkRest rest = new FlinkRest(http, flink.rest());
    status = new RestJobStatus(rest, id.toHexString(), failedCheckpoints);
    return id + where.restoreFrom().map(from -> ", goes on from " + from).orElse("");
  }

  @Override
  public JobStatus status() {
    JobStatus running = status;
    if (running == null) {
      throw new IllegalStateException("the job is not started");
    }
    return running;
  }

  /** Leaves it to the cluster, which is stopped next: the newest checkpoint stays as it is. */
  @Override
  public void close() {}
}
