package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The items a user has seen, exactly, in the order in which they were first seen.
 *
 * <p><b>State.</b> Ids packed as in {@link PackedIds}, and how many were ever added.
 *
 * <p><b>Retention.</b> The newest {@code retained}; the oldest are forgotten first, and may then be
 * recommended again.
 *
 * <p><b>Value.</b> {@link #upTo}: what was seen when a given number had been added.
 */
final class SeenItems {
  private long added;
  private int size;
  private byte[] packed = new byte[128];
  private int end;

  /** How many items were ever added, forgotten ones included. */
  long added() {
    return added;
  }

  int size() {
    return size;
  }

  void add(byte[] item, int retained) {
    for (int at = 0; at < end; at = PackedIds.after(packed, at)) {
      if (PackedIds.matches(packed, at, item)) {
        return;
      }
    }
    packed = PackedIds.ensure(packed, end + PackedIds.LENGTH_BYTES + item.length);
    end = PackedIds.append(packed, end, item);
    size++;
    added++;
    if (size > retained) {
      int start = PackedIds.skip(packed, 0, size - retained);
      System.arraycopy(packed, start, packed, 0, end - start);
      end -= start;
      size = retained;
    }
  }

  /** Of the first {@code position} items ever added, the newest {@code most} that are retained. */
  PackedIds upTo(long position, int most) {
    long forgotten = added - size;
    long upTo = Math.min(position, added) - forgotten;
    if (upTo <= 0) {
      return PackedIds.EMPTY;
    }
    int count = (int) Math.min(upTo, most);
    int from = PackedIds.skip(packed, 0, (int) upTo - count);
    int to = upTo == size ? end : PackedIds.skip(packed, from, count);
    return new PackedIds(Arrays.copyOfRange(packed, from, to), count);
  }

  /** Forgets all; how many were ever added is kept, so that positions stay meaningful. */
  void clear() {
    size = 0;
    end = 0;
  }

  void writeTo(DataOutput out) throws IOException {
    Compact.write(out, added);
    Compact.write(out, size);
    Compact.write(out, end);
    out.write(packed, 0, end);
  }

  static SeenItems readFrom(DataInput in) throws IOException {
    SeenItems seen = new SeenItems();
    seen.added = Compact.read(in);
    seen.size = Compact.readLength(in);
    seen.end = Compact.readLength(in);
    seen.packed = new byte[seen.end + 64];
    in.readFully(seen.packed, 0, seen.end);
    return seen;
  }
}
