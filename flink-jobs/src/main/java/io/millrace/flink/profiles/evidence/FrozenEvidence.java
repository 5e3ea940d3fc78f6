package io.millrace.flink.profiles.evidence;

import io.millrace.flink.features.Compact;
import io.millrace.flink.profiles.EvidenceEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one refresh is written from, as it was when the user became eligible: however long the user
 * waits, and however often the job restarts, the same is asked.
 *
 * @param events oldest first
 * @param eventCount events of the user that were known, these included
 * @param gain what the refresh is expected to bring
 * @param frozenAt when, epoch milliseconds of the machine's clock
 */
public record FrozenEvidence(
    List<EvidenceEvent> events, long eventCount, double gain, long frozenAt) {

  /** What is left after an erasure of everything up to a time; null when nothing is. */
  @Nullable FrozenEvidence after(long time) {
    List<EvidenceEvent> left = events.stream().filter(event -> event.eventTime() > time).toList();
    return left.isEmpty() ? null : new FrozenEvidence(left, left.size(), gain, frozenAt);
  }

  void writeTo(DataOutput out) throws IOException {
    EvidenceBytes.writeEvents(events, out);
    Compact.write(out, eventCount);
    out.writeDouble(gain);
    Compact.writeSigned(out, frozenAt);
  }

  static FrozenEvidence readFrom(DataInput in) throws IOException {
    return new FrozenEvidence(
        List.copyOf(EvidenceBytes.readEvents(in)),
        Compact.read(in),
        in.readDouble(),
        Compact.readSigned(in));
  }
}
