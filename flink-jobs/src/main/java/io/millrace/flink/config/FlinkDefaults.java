package io.millrace.flink.config;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;

/** Flink's own options that the job sets where nobody else did, each with its reason. */
public final class FlinkDefaults {
  /** Parallelism that the job's state can be spread to at most; part of every savepoint. */
  public static final int MAX_PARALLELISM = 720;

  /**
   * One option.
   *
   * @param option Flink's option
   * @param value what it is set to, unless the user sets it
   * @param why the reason, for the reference
   */
  public record Entry<T>(ConfigOption<T> option, T value, String why) {
    private void applyTo(Configuration target, ReadableConfig given) {
      target.set(option, given.getOptional(option).orElse(value));
    }
  }

  private static final List<Entry<?>> ENTRIES =
      List.of(
          new Entry<>(
              PipelineOptions.MAX_PARALLELISM,
              MAX_PARALLELISM,
              "Divisible by many parallelisms. Fixed for the life of a savepoint."),
          new Entry<>(
              PipelineOptions.GENERIC_TYPES,
              false,
              "Everything that crosses the network or is kept has a serializer of its own."),
          new Entry<>(
              PipelineOptions.AUTO_GENERATE_UIDS,
              false,
              "An operator without a fixed uid could not be restored by a later version."),
          new Entry<>(
              PipelineOptions.OBJECT_REUSE,
              true,
              "Records are never changed after they were sent on, so no copies between chained"
                  + " operators."),
          new Entry<>(
              PipelineOptions.AUTO_WATERMARK_INTERVAL,
              Duration.ZERO,
              "There are no watermarks: each user's newest event is the user's clock."),
          new Entry<>(
              ExecutionOptions.BUFFER_TIMEOUT,
              Duration.ZERO,
              "A record goes over the network at once. Flink's default holds it up to 100 ms; 1 ms"
                  + " costs a thread per task that wakes a thousand times a second, also when"
                  + " idle."),
          new Entry<>(
              StateBackendOptions.STATE_BACKEND,
              "rocksdb",
              "State may outgrow memory, and checkpoints are incremental."),
          new Entry<>(
              CheckpointingOptions.INCREMENTAL_CHECKPOINTS,
              true,
              "A checkpoint writes what changed, not everything."),
          new Entry<>(
              CheckpointingOptions.CHECKPOINTING_INTERVAL,
              Duration.ofSeconds(30),
              "How much is read again after a failure. Each checkpoint makes the lists of some tens"
                  + " of milliseconds late on two cores. With exactly-once it is also how long a"
                  + " list stays invisible: set it lower there."),
          new Entry<>(
              CheckpointingOptions.ENABLE_UNALIGNED,
              false,
              "A barrier waits for at most one free slot, so overtaking records would only make"
                  + " checkpoints larger."),
          new Entry<>(
              CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
              ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION,
              "A cancelled job can go on from its last checkpoint."));

  private FlinkDefaults() {}

  /** All of them, in the order of the reference. */
  public static List<Entry<?>> entries() {
    return ENTRIES;
  }

  /**
   * Flink's own options out of a mix with ours, over the job's defaults.
   *
   * @param configuration options of ours and of Flink
   */
  static Configuration of(Configuration configuration) {
    Configuration flink = new Configuration();
    configuration
        .toMap()
        .forEach(
            (key, value) -> {
              if (!key.startsWith(KnownKeys.PREFIX)) {
                flink.setString(key, value);
              }
            });
    flink.addAll(with(flink));
    return flink;
  }

  /**
   * The job's defaults, each replaced by what is given.
   *
   * @param given what the user or the cluster sets
   */
  public static Configuration with(ReadableConfig given) {
    Configuration configuration = new Configuration();
    ENTRIES.forEach(entry -> entry.applyTo(configuration, given));
    return configuration;
  }
}
