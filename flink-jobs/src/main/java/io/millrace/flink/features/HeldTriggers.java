package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Triggers of a user that wait for a time or an event: the trailing event of a burst until the
 * interval ends, and requests until the event they name is part of the sequence.
 *
 * <p><b>Retention.</b> One trailing event, which a newer one replaces; requests up to a bound, each
 * until its time. A timer is set for every time in here, so none of it outlives its time.
 */
public final class HeldTriggers {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  private long pacedUntil = Long.MIN_VALUE;
  private @Nullable PendingTrigger trailing;
  private final List<HeldRequest> requests = new ArrayList<>();

  private record HeldRequest(PendingTrigger trigger, String afterEventId, long releaseAt) {}

  /** Whether an event's list must wait for the end of the interval. */
  public boolean isPaced(long now) {
    return now < pacedUntil;
  }

  /** Starts an interval that ends at a processing time, epoch milliseconds. */
  public void pace(long until) {
    pacedUntil = until;
  }

  /** Keeps the newest event of a burst; the list it causes covers those it replaces. */
  public void trail(PendingTrigger trigger) {
    trailing = trigger;
  }

  /** Ends an interval that is over; gives the trailing event, if there was one. */
  public @Nullable PendingTrigger endPace(long now) {
    if (now < pacedUntil) {
      return null;
    }
    PendingTrigger last = trailing;
    trailing = null;
    pacedUntil = Long.MIN_VALUE;
    return last;
  }

  /** Holds a request until an event arrives, at most until a processing time. */
  public void hold(PendingTrigger request, String afterEventId, long releaseAt) {
    requests.add(new HeldRequest(request, afterEventId, releaseAt));
  }

  /** Takes out the requests that wait for an event. */
  public List<PendingTrigger> releaseAfter(String eventId) {
    return release(held -> held.afterEventId.equals(eventId));
  }

  /** Takes out the requests whose time has come. */
  public List<PendingTrigger> releaseDue(long now) {
    return release(held -> held.releaseAt <= now);
  }

  /** Takes out the oldest requests beyond a bound. */
  public List<PendingTrigger> releaseBeyond(int bound) {
    int[] excess = {requests.size() - bound};
    return release(held -> excess[0]-- > 0);
  }

  /** Takes out everything that waits, the trailing event first. */
  public List<PendingTrigger> releaseAll() {
    List<PendingTrigger> all = new ArrayList<>();
    if (trailing != null) {
      all.add(trailing);
    }
    trailing = null;
    pacedUntil = Long.MIN_VALUE;
    all.addAll(release(held -> true));
    return all;
  }

  /** Drops what happened up to a time, epoch milliseconds. */
  public void erase(long time) {
    if (trailing != null && trailing.time() <= time) {
      trailing = null;
    }
    requests.removeIf(held -> held.trigger.time() <= time);
  }

  private List<PendingTrigger> release(Predicate<HeldRequest> which) {
    List<PendingTrigger> released = new ArrayList<>();
    for (Iterator<HeldRequest> it = requests.iterator(); it.hasNext(); ) {
      HeldRequest held = it.next();
      if (which.test(held)) {
        released.add(held.trigger);
        it.remove();
      }
    }
    return released;
  }

  /** Whether any request waits. */
  public boolean hasRequests() {
    return !requests.isEmpty();
  }

  /** Whether there is nothing to keep. */
  public boolean isEmpty() {
    return pacedUntil == Long.MIN_VALUE && trailing == null && requests.isEmpty();
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeLong(pacedUntil);
    out.writeBoolean(trailing != null);
    if (trailing != null) {
      trailing.writeTo(out);
    }
    Compact.write(out, requests.size());
    for (HeldRequest held : requests) {
      held.trigger.writeTo(out);
      Compact.writeText(out, held.afterEventId);
      out.writeLong(held.releaseAt);
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static HeldTriggers readFrom(DataInput in) throws IOException {
    HeldTriggers held = new HeldTriggers();
    held.pacedUntil = in.readLong();
    held.trailing = in.readBoolean() ? PendingTrigger.readFrom(in) : null;
    int size = Compact.readLength(in);
    for (int i = 0; i < size; i++) {
      held.requests.add(
          new HeldRequest(PendingTrigger.readFrom(in), Compact.readText(in), in.readLong()));
    }
    return held;
  }
}
