package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A running system, whether its parts were started here or belong to somebody else. */
public interface Platform extends AutoCloseable {

  /** The Kafka brokers, as {@code host:port,...}. */
  String bootstrapServers();

  /** Base address of the registry's common API. */
  URI registry();

  /** The model server's gRPC address, as {@code host:port}. */
  String modelServer();

  /** The Flink dashboard, and the REST API below it. */
  URI dashboard();

  /** Where the model server finds its models. */
  Path modelRepository();

  /** What the running recommendation job tells of itself. */
  JobStatus job();

  /** What the running profile job tells of itself; empty when nobody writes profiles. */
  Optional<JobStatus> profileJob();

  /** What the running rerank job tells of itself; empty when nobody looks lists over. */
  Optional<JobStatus> rerankJob();

  /**
   * Processor time used so far, by part: {@code broker}, {@code flink}, {@code grpc}, {@code
   * registry}, {@code model-server}, {@code demo} (replay, reading and evaluation) and {@code
   * rest}. Parts that run elsewhere are missing.
   */
  Map<String, Duration> processorTime();

  /** Stops what was started here, in reverse order, and removes its working folder. */
  @Override
  void close();
}
