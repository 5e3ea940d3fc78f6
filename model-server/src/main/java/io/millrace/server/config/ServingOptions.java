package io.millrace.server.config;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How models are served whose configuration does not say. */
@SuppressWarnings("NullAway.Init")
public final class ServingOptions {
  private static final int MOST_ROWS = 65_536;

  /** Where graphs are computed. */
  public enum Provider {
    /** The CPU. */
    CPU,
    /** The first CUDA device. */
    CUDA
  }

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      description =
          "Most rows computed together; caps max_batch_size of every model. Default:"
              + " ${DEFAULT-VALUE}.")
  private int maxBatch = 64;

  @Option(
      names = "--max-queue-delay",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long a request waits for company while an instance is idle (500us, 2ms). Default:"
              + " what each model's config.pbtxt says, which is 0us if it says nothing.")
  private Optional<Duration> maxQueueDelay = Optional.empty();

  @Option(
      names = "--queue-capacity",
      paramLabel = "REQUESTS",
      description =
          "Most requests that wait for one model; above it callers get RESOURCE_EXHAUSTED at once."
              + " For models without a max_queue_size. Default: ${DEFAULT-VALUE}.")
  private int queueCapacity = 512;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description =
          "Batches of one model computed at the same time, for models without an instance_group."
              + " Default: 2, or 1 on a single core.")
  private int instances = Math.min(2, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description = "Threads that one operator of a graph may use. Default: ${DEFAULT-VALUE}.")
  private int intraOpThreads = 1;

  @Option(
      names = "--provider",
      paramLabel = "cpu|cuda",
      description =
          "Where graphs are computed; cuda that is not available is an error. Default: cpu.")
  private Provider provider = Provider.CPU;

  ServingOptions() {}

  void validate() {
    OptionRange.check(spec, "--max-batch", maxBatch, 1, MOST_ROWS);
    OptionRange.check(spec, "--queue-capacity", queueCapacity, 1, OptionRange.MOST_WAITING);
    OptionRange.check(spec, "--instances", instances, 1, OptionRange.MOST_THREADS);
    OptionRange.check(spec, "--intra-op-threads", intraOpThreads, 1, OptionRange.MOST_THREADS);
  }

  /** Most rows computed together. */
  public int maxBatch() {
    return maxBatch;
  }

  /** Replaces every model's own delay, when present. */
  public Optional<Duration> maxQueueDelay() {
    return maxQueueDelay;
  }

  /** Most requests that wait for one model. */
  public int queueCapacity() {
    return queueCapacity;
  }

  /** Batches of one model computed at the same time. */
  public int instances() {
    return instances;
  }

  /** Threads that one operator may use. */
  public int intraOpThreads() {
    return intraOpThreads;
  }

  /** Where graphs are computed. */
  public Provider provider() {
    return provider;
  }
}
