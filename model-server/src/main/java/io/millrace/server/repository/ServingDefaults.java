package io.millrace.server.repository;

import io.millrace.server.model.ExecutionProvider;
import java.time.Duration;
import java.util.Optional;

/**
 * What the server decides where a model's configuration says nothing, or has no say.
 *
 * @param maxBatch most rows of a batch; caps every model's max_batch_size
 * @param maxQueueDelay replaces every model's max_queue_delay_microseconds, when present
 * @param queueCapacity requests that may wait for a model without a max_queue_size
 * @param instances batches computed at the same time, for a model without an instance_group
 * @param intraOpThreads threads that one operator may use
 * @param provider where graphs run, unless a model's instance_group says otherwise
 */
public record ServingDefaults(
    int maxBatch,
    Optional<Duration> maxQueueDelay,
    int queueCapacity,
    int instances,
    int intraOpThreads,
    ExecutionProvider provider) {}
