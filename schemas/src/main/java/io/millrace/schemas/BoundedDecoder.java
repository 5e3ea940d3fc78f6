package io.millrace.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoder, except that no length and no count is believed beyond the bytes that are
 * left: five corrupt bytes can otherwise claim two gigabytes, which the decoder allocates before it
 * finds out, or a collection of elements without bytes that never ends.
 *
 * <p>An element of a collection takes at least one byte in every schema of ours. In a writer's
 * schema that has elements of no size at all, more of them than bytes left are refused.
 */
final class BoundedDecoder extends Decoder {
  private final BinaryDecoder in;

  BoundedDecoder(BinaryDecoder in) {
    this.in = in;
  }

  private int checkedLength() throws IOException {
    return (int) checked(in.readLong(), "length");
  }

  private long checked(long claimed, String what) throws IOException {
    int left = in.inputStream().available();
    if (claimed < 0 || claimed > left) {
      throw new EOFException(what + " of " + claimed + " with " + left + " bytes left");
    }
    return claimed;
  }

  @Override
  public String readString() throws IOException {
    byte[] bytes = new byte[checkedLength()];
    in.readFixed(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    byte[] bytes = new byte[checkedLength()];
    in.readFixed(bytes);
    return new Utf8(bytes);
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    byte[] bytes = new byte[checkedLength()];
    in.readFixed(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipString() throws IOException {
    in.skipFixed(checkedLength());
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipFixed(checkedLength());
  }

  @Override
  public long readArrayStart() throws IOException {
    return checked(in.readArrayStart(), "array");
  }

  @Override
  public long arrayNext() throws IOException {
    return checked(in.arrayNext(), "array");
  }

  @Override
  public long skipArray() throws IOException {
    return checked(in.skipArray(), "array");
  }

  @Override
  public long readMapStart() throws IOException {
    return checked(in.readMapStart(), "map");
  }

  @Override
  public long mapNext() throws IOException {
    return checked(in.mapNext(), "map");
  }

  @Override
  public long skipMap() throws IOException {
    return checked(in.skipMap(), "map");
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }
}
