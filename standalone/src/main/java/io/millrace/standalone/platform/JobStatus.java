package io.millrace.standalone.platform;

import java.util.Map;

/** What a job tells of itself through Flink's REST API. */
public interface JobStatus {

  /** Flink's id of the job, in hex. */
  String jobId();

  /** RUNNING, RESTARTING, FAILED, and so on. */
  String state();

  /** Checkpoints completed so far. */
  long checkpointsCompleted();

  /** Checkpoints failed since all tasks ran. */
  long checkpointsFailed();

  /** Times that the job was restarted. */
  long restarts();

  /** The job's counters summed over subtasks, by metric name (events, late, duplicates, ...). */
  Map<String, Long> counters();

  /**
   * Percentiles of one of the job's histograms, the largest of all subtasks: {@code p50}, {@code
   * p95}, {@code p99}; empty while nothing was measured.
   */
  Map<String, Double> percentiles(String histogram);
}
