package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A user's newest events, ordered by event time; ties keep the order in which they arrived.
 *
 * <p><b>State.</b> Per event: item, type code, event time, a fingerprint of its id, and its arrival
 * number (how many events had arrived before it). Columns are parallel arrays, item ids are packed
 * as in {@link PackedIds}.
 *
 * <p><b>Retention.</b> The newest {@code retained} events by event time.
 *
 * <p><b>Update.</b> The user's own newest event is the clock: an event older than it by more than
 * the bound is late and stays out, so another user or a slow partition changes nothing and a replay
 * gives the same sequence.
 *
 * <p><b>Value.</b> {@link #cut}: the sequence as it was after a given number of arrivals, so that a
 * list made later (after waiting, or after a restart) is made from what its trigger knew.
 */
final class EventSequence {
  private static final int INITIAL = 16;

  private int size;
  private long arrivals;
  private long[] times = new long[INITIAL];
  private long[] fingerprints = new long[INITIAL];
  private long[] arrivalNumbers = new long[INITIAL];
  private byte[] types = new byte[INITIAL];
  private byte[] items = new byte[INITIAL * 8];
  private int itemsEnd;
  private @Nullable String newestEventId;

  /** Events that arrived and were kept at the time, dropped ones included. */
  long arrivals() {
    return arrivals;
  }

  int size() {
    return size;
  }

  @Nullable String newestEventId() {
    return newestEventId;
  }

  long newestTime() {
    return size == 0 ? Long.MIN_VALUE : times[size - 1];
  }

  boolean contains(long fingerprint) {
    for (int i = size - 1; i >= 0; i--) {
      if (fingerprints[i] == fingerprint) {
        return true;
      }
    }
    return false;
  }

  boolean isLate(long eventTime, long boundMillis) {
    return size > 0 && times[size - 1] - eventTime > boundMillis;
  }

  /** Inserts an event that is neither late nor a duplicate. */
  void add(
      String eventId, long fingerprint, byte[] item, int typeCode, long eventTime, int retained) {
    int at = size;
    while (at > 0 && times[at - 1] > eventTime) {
      at--;
    }
    if (at == size) {
      newestEventId = eventId;
    }
    makeRoom(at, item);
    times[at] = eventTime;
    fingerprints[at] = fingerprint;
    arrivalNumbers[at] = arrivals++;
    types[at] = (byte) typeCode;
    size++;
    dropOldest(size - retained);
  }

  private void makeRoom(int at, byte[] item) {
    if (size == times.length) {
      int capacity = Math.max(INITIAL, size * 2);
      times = Arrays.copyOf(times, capacity);
      fingerprints = Arrays.copyOf(fingerprints, capacity);
      arrivalNumbers = Arrays.copyOf(arrivalNumbers, capacity);
      types = Arrays.copyOf(types, capacity);
    }
    int moved = size - at;
    System.arraycopy(times, at, times, at + 1, moved);
    System.arraycopy(fingerprints, at, fingerprints, at + 1, moved);
    System.arraycopy(arrivalNumbers, at, arrivalNumbers, at + 1, moved);
    System.arraycopy(types, at, types, at + 1, moved);

    int added = PackedIds.LENGTH_BYTES + item.length;
    int start = moved == 0 ? itemsEnd : PackedIds.skip(items, 0, at);
    items = PackedIds.ensure(items, itemsEnd + added);
    System.arraycopy(items, start, items, start + added, itemsEnd - start);
    PackedIds.append(items, start, item);
    itemsEnd += added;
  }

  private void dropOldest(int count) {
    if (count <= 0) {
      return;
    }
    int start = PackedIds.skip(items, 0, count);
    System.arraycopy(items, start, items, 0, itemsEnd - start);
    itemsEnd -= start;
    size -= count;
    System.arraycopy(times, count, times, 0, size);
    System.arraycopy(fingerprints, count, fingerprints, 0, size);
    System.arraycopy(arrivalNumbers, count, arrivalNumbers, 0, size);
    System.arraycopy(types, count, types, 0, size);
    if (size == 0) {
      newestEventId = null;
    }
  }

  /** Forgets every event up to and including a time, epoch milliseconds. */
  void purgeUpTo(long time) {
    int purged = 0;
    while (purged < size && times[purged] <= time) {
      purged++;
    }
    dropOldest(purged);
  }

  /**
   * The sequence as it was when {@code arrived} events had arrived, cut to the newest {@code most}.
   */
  SequenceCut cut(long arrived, int most) {
    return arrived >= arrivals ? newest(most) : selected(arrived, most);
  }

  private SequenceCut newest(int most) {
    int from = Math.max(0, size - most);
    int start = PackedIds.skip(items, 0, from);
    int[] codes = new int[size - from];
    float[] ages = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = types[from + i];
      ages[i] = age(times[from + i], times[size - 1]);
    }
    return new SequenceCut(
        new PackedIds(Arrays.copyOfRange(items, start, itemsEnd), codes.length), codes, ages);
  }

  private SequenceCut selected(long arrived, int most) {
    int included = 0;
    long newestTime = 0;
    for (int i = 0; i < size; i++) {
      if (arrivalNumbers[i] < arrived) {
        included++;
        newestTime = times[i];
      }
    }
    int skipped = Math.max(0, included - most);
    int[] codes = new int[included - skipped];
    float[] ages = new float[codes.length];
    byte[] packed = new byte[itemsEnd];
    int end = 0;
    int at = 0;
    int seen = 0;
    for (int i = 0; i < size; i++) {
      int next = PackedIds.after(items, at);
      if (arrivalNumbers[i] < arrived && seen++ >= skipped) {
        codes[seen - 1 - skipped] = types[i];
        ages[seen - 1 - skipped] = age(times[i], newestTime);
        System.arraycopy(items, at, packed, end, next - at);
        end += next - at;
      }
      at = next;
    }
    return new SequenceCut(new PackedIds(Arrays.copyOf(packed, end), codes.length), codes, ages);
  }

  private static float age(long time, long newest) {
    return (newest - time) / 1000f;
  }

  /** Gives every event's item and type code to a visitor, oldest first. */
  void forEach(ItemVisitor visitor) {
    int at = 0;
    for (int i = 0; i < size; i++) {
      int next = PackedIds.after(items, at);
      visitor.visit(Arrays.copyOfRange(items, at + PackedIds.LENGTH_BYTES, next), types[i]);
      at = next;
    }
  }

  /** Takes an event's item and type code. */
  @FunctionalInterface
  interface ItemVisitor {
    void visit(byte[] item, int typeCode);
  }

  void writeTo(DataOutput out) throws IOException {
    Compact.write(out, arrivals);
    Compact.write(out, size);
    long time = 0;
    long number = 0;
    for (int i = 0; i < size; i++) {
      Compact.writeSigned(out, times[i] - time);
      Compact.writeSigned(out, arrivalNumbers[i] - number);
      out.writeLong(fingerprints[i]);
      time = times[i];
      number = arrivalNumbers[i];
    }
    out.write(types, 0, size);
    Compact.write(out, itemsEnd);
    out.write(items, 0, itemsEnd);
    Compact.writeOptionalText(out, newestEventId);
  }

  static EventSequence readFrom(DataInput in) throws IOException {
    EventSequence sequence = new EventSequence();
    sequence.arrivals = Compact.read(in);
    int size = Compact.readLength(in);
    int capacity = size + 1;
    sequence.size = size;
    sequence.times = new long[capacity];
    sequence.fingerprints = new long[capacity];
    sequence.arrivalNumbers = new long[capacity];
    sequence.types = new byte[capacity];
    long time = 0;
    long number = 0;
    for (int i = 0; i < size; i++) {
      time += Compact.readSigned(in);
      number += Compact.readSigned(in);
      sequence.times[i] = time;
      sequence.arrivalNumbers[i] = number;
      sequence.fingerprints[i] = in.readLong();
    }
    in.readFully(sequence.types, 0, size);
    sequence.itemsEnd = Compact.readLength(in);
    sequence.items = new byte[sequence.itemsEnd + 64];
    in.readFully(sequence.items, 0, sequence.itemsEnd);
    sequence.newestEventId = Compact.readOptionalText(in);
    return sequence;
  }
}
