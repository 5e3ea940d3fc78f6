package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The triggers of a user whose lists have not left yet, in the order in which the lists must leave.
 *
 * @param triggers oldest first
 */
public record PendingTriggers(List<PendingTrigger> triggers) {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    Compact.write(out, triggers.size());
    for (PendingTrigger trigger : triggers) {
      trigger.writeTo(out);
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static PendingTriggers readFrom(DataInput in) throws IOException {
    int size = Compact.readLength(in);
    List<PendingTrigger> triggers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      triggers.add(PendingTrigger.readFrom(in));
    }
    return new PendingTriggers(triggers);
  }
}
