package io.millrace.flink.profiles.evidence;

import io.millrace.flink.features.Compact;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The refreshes of a user that wait for their answers, in order: each is written from the profile
 * that the one before it made, so the same profiles come out whenever the answers come.
 *
 * <p>Questions about a user are numbered, across refreshes; a number is used once.
 */
public final class WaitingRefreshes {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  private final Deque<FrozenEvidence> waiting = new ArrayDeque<>();
  private long nextOrdinal = 1;
  private boolean encoding;
  private long wakeAt;

  /** The one whose questions are asked now; null when none waits. */
  public @Nullable FrozenEvidence first() {
    return waiting.peek();
  }

  /** How many wait. */
  public int size() {
    return waiting.size();
  }

  /** Lets one wait. */
  public void add(FrozenEvidence evidence) {
    waiting.add(evidence);
  }

  /** The first is done, with this many questions asked. */
  public void done(int questions) {
    waiting.remove();
    nextOrdinal += questions;
  }

  /** The number of the first question of the first that waits. */
  public long nextOrdinal() {
    return nextOrdinal;
  }

  /** Whether the newest profile still has to be encoded and sent on. */
  public boolean isEncoding() {
    return encoding;
  }

  /** Says whether the newest profile still has to be encoded and sent on. */
  public void setEncoding(boolean encoding) {
    this.encoding = encoding;
  }

  /** When the user is looked at again, epoch milliseconds; 0 for not at all. */
  public long wakeAt() {
    return wakeAt;
  }

  /** Says when the user is looked at again. */
  public void setWakeAt(long at) {
    this.wakeAt = at;
  }

  /**
   * Forgets what happened up to a time. Numbers that may have been asked are not used again, so
   * that an answer on its way is never taken for one of a later question.
   *
   * @param questions of one refresh at most
   */
  public void erase(long time, int questions) {
    if (!waiting.isEmpty()) {
      nextOrdinal += questions;
    }
    List<FrozenEvidence> before = new ArrayList<>(waiting);
    waiting.clear();
    for (FrozenEvidence evidence : before) {
      FrozenEvidence left = evidence.after(time);
      if (left != null) {
        waiting.add(left);
      }
    }
    encoding = false;
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    return waiting.isEmpty() && nextOrdinal == 1 && !encoding;
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    Compact.write(out, nextOrdinal);
    out.writeBoolean(encoding);
    Compact.writeSigned(out, wakeAt);
    Compact.write(out, waiting.size());
    for (FrozenEvidence evidence : waiting) {
      evidence.writeTo(out);
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static WaitingRefreshes readFrom(DataInput in) throws IOException {
    WaitingRefreshes refreshes = new WaitingRefreshes();
    refreshes.nextOrdinal = Compact.read(in);
    refreshes.encoding = in.readBoolean();
    refreshes.wakeAt = Compact.readSigned(in);
    int size = Compact.readLength(in);
    for (int i = 0; i < size; i++) {
      refreshes.add(FrozenEvidence.readFrom(in));
    }
    return refreshes;
  }
}
