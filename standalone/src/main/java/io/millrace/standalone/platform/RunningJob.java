package io.millrace.standalone.platform;

/** The recommendation job as a part of the platform, wherever its Flink runs. */
interface RunningJob extends StartSequence.Part {
  /**
   * What the job tells of itself.
   *
   * @throws IllegalStateException before it is started
   */
  JobStatus status();
}
