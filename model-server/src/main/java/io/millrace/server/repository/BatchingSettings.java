package io.millrace.server.repository;

import static io.millrace.server.repository.ModelConfigFile.require;

import io.millrace.schemas.inference.ModelConfig;
import io.millrace.schemas.inference.ModelDynamicBatching;
import io.millrace.schemas.inference.ModelQueuePolicy;
import io.millrace.server.batching.BatchingLimits;
import io.millrace.server.batching.QueuePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What a configuration says about queues and batches: {@code dynamic_batching}. */
final class BatchingSettings {
  private static final int MOST_LEVELS = 64;
  private static final long LONGEST_MICROS = 3_600_000_000L;

  private final Path file;
  private final ModelConfig config;
  private final ServingDefaults defaults;

  BatchingSettings(Path file, ModelConfig config, ServingDefaults defaults) {
    this.file = file;
    this.config = config;
    this.defaults = defaults;
  }

  /**
   * The limits.
   *
   * @param maxRows most rows of a batch
   * @throws io.millrace.server.inference.ModelLoadException naming the file, the setting, its value
   *     and the fix
   */
  BatchingLimits limits(int maxRows) {
    ModelDynamicBatching batching = config.getDynamicBatching();
    long levels = batching.getPriorityLevels();
    require(
        levels >= 0 && levels <= MOST_LEVELS,
        file,
        "dynamic_batching.priority_levels",
        Long.toUnsignedString(levels),
        "must be at most " + MOST_LEVELS);
    long defaultLevel = batching.getDefaultPriorityLevel();
    require(
        levels == 0 ? defaultLevel == 0 : defaultLevel >= 1 && defaultLevel <= levels,
        file,
        "dynamic_batching.default_priority_level",
        Long.toUnsignedString(defaultLevel),
        "must be from 1 to priority_levels, which is " + levels);
    return new BatchingLimits(
        maxRows,
        preferred(batching, maxRows),
        defaults
            .maxQueueDelay()
            .orElse(
                micros("max_queue_delay_microseconds", batching.getMaxQueueDelayMicroseconds())),
        policies(batching, (int) levels),
        (int) Math.max(1, defaultLevel),
        config.hasDynamicBatching() && config.getMaxBatchSize() > 0);
  }

  private List<Integer> preferred(ModelDynamicBatching batching, int maxRows) {
    for (int rows : batching.getPreferredBatchSizeList()) {
      require(
          rows >= 1 && rows <= config.getMaxBatchSize(),
          file,
          "dynamic_batching.preferred_batch_size",
          rows,
          "must be from 1 to max_batch_size, which is " + config.getMaxBatchSize());
    }
    return batching.getPreferredBatchSizeList().stream()
        .filter(rows -> rows <= maxRows)
        .sorted()
        .distinct()
        .toList();
  }

  private List<QueuePolicy> policies(ModelDynamicBatching batching, int levels) {
    for (long level : batching.getPriorityQueuePolicyMap().keySet()) {
      require(
          level >= 1 && level <= levels,
          file,
          "dynamic_batching.priority_queue_policy",
          Long.toUnsignedString(level),
          "must be a level from 1 to priority_levels, which is " + levels);
    }
    List<QueuePolicy> policies = new ArrayList<>();
    for (long level = 1; level <= Math.max(1, levels); level++) {
      policies.add(
          policy(
              batching.getPriorityQueuePolicyOrDefault(level, batching.getDefaultQueuePolicy())));
    }
    return policies;
  }

  private QueuePolicy policy(ModelQueuePolicy policy) {
    require(
        policy.getMaxQueueSize() >= 0,
        file,
        "max_queue_size",
        Integer.toUnsignedString(policy.getMaxQueueSize()),
        "must be at most " + Integer.MAX_VALUE);
    return new QueuePolicy(
        micros("default_timeout_microseconds", policy.getDefaultTimeoutMicroseconds()),
        policy.getTimeoutAction() == ModelQueuePolicy.TimeoutAction.DELAY,
        policy.getMaxQueueSize() == 0 ? defaults.queueCapacity() : policy.getMaxQueueSize());
  }

  private Duration micros(String field, long micros) {
    require(
        micros >= 0 && micros <= LONGEST_MICROS,
        file,
        "dynamic_batching " + field,
        Long.toUnsignedString(micros),
        "must be at most " + LONGEST_MICROS + ", an hour");
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
