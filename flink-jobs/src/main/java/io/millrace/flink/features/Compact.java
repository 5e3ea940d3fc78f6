package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The compact encodings that state blobs are made of: small numbers and short texts are short. */
public final class Compact {
  private static final int ABSENT = 0;

  private Compact() {}

  /** Writes a number that is usually small and not negative: 7 bits a byte, lowest first. */
  public static void write(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** Reads what {@link #write} wrote. */
  public static long read(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number has more than 64 bits: the bytes are not this encoding");
  }

  /** Writes a number of either sign that is usually close to zero. */
  public static void writeSigned(DataOutput out, long value) throws IOException {
    write(out, (value << 1) ^ (value >> 63));
  }

  /** Reads what {@link #writeSigned} wrote. */
  public static long readSigned(DataInput in) throws IOException {
    long coded = read(in);
    return (coded >>> 1) ^ -(coded & 1);
  }

  /** Reads a length or count. */
  public static int readLength(DataInput in) throws IOException {
    long length = read(in);
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new IOException("length " + length + " is impossible: the bytes are not this encoding");
    }
    return (int) length;
  }

  /** Writes a text as its length and its UTF-8 bytes. */
  public static void writeText(DataOutput out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write(out, utf8.length);
    out.write(utf8);
  }

  /** Reads what {@link #writeText} wrote. */
  public static String readText(DataInput in) throws IOException {
    byte[] utf8 = new byte[readLength(in)];
    in.readFully(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Writes a text that may be absent: zero, or its length plus one and its UTF-8 bytes. */
  public static void writeOptionalText(DataOutput out, @Nullable String text) throws IOException {
    if (text == null) {
      write(out, ABSENT);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    write(out, utf8.length + 1L);
    out.write(utf8);
  }

  /** Reads what {@link #writeOptionalText} wrote. */
  public static @Nullable String readOptionalText(DataInput in) throws IOException {
    int coded = readLength(in);
    if (coded == ABSENT) {
      return null;
    }
    byte[] utf8 = new byte[coded - 1];
    in.readFully(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
