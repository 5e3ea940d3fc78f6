package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Item ids, packed in one array the way a BYTES tensor carries strings: for each id its length in 4
 * little-endian bytes, then its UTF-8 bytes. A user's ids go from keyed state into a call without
 * ever becoming strings.
 *
 * <p>Immutable. Reading by position walks from the start; iterate, or take {@link #tensor()}.
 */
public final class PackedIds extends AbstractList<String> {
  /** No ids. */
  public static final PackedIds EMPTY = new PackedIds(new byte[0], 0);

  static final int LENGTH_BYTES = 4;
  private static final VarHandle LENGTH =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] packed;
  private final int size;

  PackedIds(byte[] packed, int size) {
    this.packed = packed;
    this.size = size;
  }

  /** Packs ids, in order. */
  public static PackedIds of(Collection<String> ids) {
    if (ids instanceof PackedIds same) {
      return same;
    }
    if (ids.isEmpty()) {
      return EMPTY;
    }
    byte[] packed = new byte[ids.size() * 16];
    int end = 0;
    for (String id : ids) {
      byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
      packed = ensure(packed, end + LENGTH_BYTES + utf8.length);
      end = append(packed, end, utf8);
    }
    return new PackedIds(Arrays.copyOf(packed, end), ids.size());
  }

  /** These ids, then others. */
  public PackedIds plus(PackedIds others) {
    if (others.size == 0) {
      return this;
    }
    byte[] both = Arrays.copyOf(packed, packed.length + others.packed.length);
    System.arraycopy(others.packed, 0, both, packed.length, others.packed.length);
    return new PackedIds(both, size + others.size);
  }

  /** The contents of a BYTES tensor of shape [{@link #size()}]; read-only. */
  public ByteBuffer tensor() {
    return ByteBuffer.wrap(packed).asReadOnlyBuffer();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(index + " of " + size);
    }
    int at = skip(packed, 0, index);
    return text(packed, at);
  }

  @Override
  public Iterator<String> iterator() {
    return new Iterator<>() {
      private int at = 0;

      @Override
      public boolean hasNext() {
        return at < packed.length;
      }

      @Override
      public String next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        String id = text(packed, at);
        at = after(packed, at);
        return id;
      }
    };
  }

  void writeTo(DataOutput out) throws IOException {
    Compact.write(out, size);
    Compact.write(out, packed.length);
    out.write(packed);
  }

  static PackedIds readFrom(DataInput in) throws IOException {
    int size = Compact.readLength(in);
    byte[] packed = new byte[Compact.readLength(in)];
    in.readFully(packed);
    return size == 0 ? EMPTY : new PackedIds(packed, size);
  }

  static byte[] ensure(byte[] packed, int length) {
    return packed.length >= length
        ? packed
        : Arrays.copyOf(packed, Math.max(length, packed.length * 2));
  }

  /** Appends an id to an array that has room for it; returns the new end. */
  static int append(byte[] packed, int end, byte[] utf8) {
    LENGTH.set(packed, end, utf8.length);
    System.arraycopy(utf8, 0, packed, end + LENGTH_BYTES, utf8.length);
    return end + LENGTH_BYTES + utf8.length;
  }

  /** Where the id after the one at {@code at} starts. */
  static int after(byte[] packed, int at) {
    return at + LENGTH_BYTES + (int) LENGTH.get(packed, at);
  }

  /** Where the id that is {@code count} ids after {@code at} starts. */
  static int skip(byte[] packed, int at, int count) {
    int position = at;
    for (int i = 0; i < count; i++) {
      position = after(packed, position);
    }
    return position;
  }

  static boolean matches(byte[] packed, int at, byte[] utf8) {
    return (int) LENGTH.get(packed, at) == utf8.length
        && Arrays.equals(
            packed, at + LENGTH_BYTES, at + LENGTH_BYTES + utf8.length, utf8, 0, utf8.length);
  }

  private static String text(byte[] packed, int at) {
    return new String(
        packed, at + LENGTH_BYTES, (int) LENGTH.get(packed, at), StandardCharsets.UTF_8);
  }
}
