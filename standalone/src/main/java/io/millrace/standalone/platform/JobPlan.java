package io.millrace.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Makes the plan of the job that a platform runs, once it is known where everything is. */
@FunctionalInterface
interface JobPlan {

  /** The plan, ready to be submitted. */
  StreamGraph make(Place place);

  /**
   * What the job has to know of the platform.
   *
   * @param bootstrapServers Kafka brokers
   * @param registry base of the registry's common API
   * @param modelServer the model server's gRPC address
   * @param models the model repository, for the popular items that ship with a model
   * @param checkpoints folder for checkpoints
   * @param restoreFrom the checkpoint to go on from; empty: the job begins anew
   * @param parallelism subtasks
   * @param options further options by key, over the job's defaults
   */
  record Place(
      String bootstrapServers,
      URI registry,
      String modelServer,
      Path models,
      Path checkpoints,
      Optional<Path> restoreFrom,
      int parallelism,
      Map<String, String> options) {

    /** Has a job go on from the checkpoint, if there is one. */
    void restore(StreamGraph graph) {
      restoreFrom.ifPresent(
          checkpoint ->
              graph.setSavepointRestoreSettings(
                  SavepointRestoreSettings.forPath(
                      checkpoint.toUri().toString(), false, RecoveryClaimMode.CLAIM)));
    }
  }
}
