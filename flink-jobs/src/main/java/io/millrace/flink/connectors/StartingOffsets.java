package io.millrace.flink.connectors;

import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** Where a job that starts without a checkpoint begins to read. */
public enum StartingOffsets {
  /** What the consumer group committed; where it committed nothing, the beginning. */
  COMMITTED,
  /** The beginning. */
  EARLIEST,
  /** Only what is published from now on. */
  LATEST;

  OffsetsInitializer initializer() {
    return switch (this) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
    };
  }
}
