package io.millrace.server.protocol;

import io.millrace.schemas.inference.InferBatchStatistics;
import io.millrace.schemas.inference.InferStatistics;
import io.millrace.schemas.inference.StatisticDuration;
import io.millrace.server.inference.DurationHistogram;
import io.millrace.server.inference.ModelDescription;
import io.millrace.server.inference.ModelStatistics;
import io.millrace.server.inference.ModelStatistics.Failure;

/** Writes what a model has done in the protocol's message. */
final class StatisticsWriter {
  private StatisticsWriter() {}

  static io.millrace.schemas.inference.ModelStatistics write(
      ModelDescription model, ModelStatistics statistics) {
    io.millrace.schemas.inference.ModelStatistics.Builder message =
        io.millrace.schemas.inference.ModelStatistics.newBuilder()
            .setName(model.name())
            .setVersion(model.version())
            .setLastInference(statistics.lastInferenceMillis())
            .setInferenceCount(statistics.inferences())
            .setExecutionCount(statistics.executions())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(duration(statistics.request()))
                    .setFail(failures(statistics))
                    .setQueue(duration(statistics.queue()))
                    .setComputeInput(duration(statistics.input()))
                    .setComputeInfer(duration(statistics.compute()))
                    .setComputeOutput(duration(statistics.output()))
                    .setCacheHit(StatisticDuration.getDefaultInstance())
                    .setCacheMiss(StatisticDuration.getDefaultInstance()));
    for (int rows = 1; rows <= statistics.maxRows(); rows++) {
      long count = statistics.executions(rows);
      if (count > 0) {
        message.addBatchStats(
            InferBatchStatistics.newBuilder()
                .setBatchSize(rows)
                .setComputeInfer(duration(count, statistics.executionNanos(rows))));
      }
    }
    return message.build();
  }

  private static StatisticDuration failures(ModelStatistics statistics) {
    long count = 0;
    for (Failure reason : Failure.values()) {
      count += statistics.failures(reason);
    }
    return duration(count, statistics.failureNanos());
  }

  private static StatisticDuration duration(DurationHistogram histogram) {
    return duration(histogram.count(), histogram.nanos());
  }

  private static StatisticDuration duration(long count, long nanos) {
    return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
  }
}
