package io.millrace.standalone.demo;

import io.millrace.standalone.replay.ClientSettings;
import io.millrace.standalone.replay.Pace;
import io.millrace.standalone.retraining.TrainerProcess;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the demo plays.
 *
 * @param events at most that many of the data set's newest 20 % are replayed
 * @param pace when each leaves
 * @param rehearsals how often the events are played before, so that a system that has run a while
 *     is measured
 * @param users how many are shown while lists arrive
 * @param report file for the report in JSON; empty for none
 * @param wholePast whether the past of users who do not come back is published, too
 * @param retraining the training beside the stream; empty for none
 * @param command what was asked for, for the report
 */
public record DemoSettings(
    int events,
    Pace pace,
    int rehearsals,
    int users,
    Optional<Path> report,
    boolean wholePast,
    Optional<TrainerProcess.Plan> retraining,
    String command) {

  /** Clients that suit the pace. */
  ClientSettings clients(String bootstrapServers) {
    return pace instanceof Pace.Unpaced
        ? ClientSettings.forThroughput(bootstrapServers)
        : ClientSettings.forLatency(bootstrapServers);
  }
}
