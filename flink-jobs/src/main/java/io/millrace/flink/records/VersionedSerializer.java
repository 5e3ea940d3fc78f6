package io.millrace.flink.records;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A hand-written serializer of values that start with the version of their bytes, so that bytes
 * written by an older release are read, one by one, without migrating the state first.
 *
 * <p>Stateless, and equal to every other of its class. A subclass has a public constructor without
 * arguments and a {@link VersionedSnapshot} of its own.
 *
 * @param <T> what it writes; either never changed once made, or {@link #isImmutableType()} is
 *     overridden
 */
public abstract class VersionedSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  /** Version of the bytes that {@link #write} writes, 1 to 127. */
  protected abstract int version();

  /** Writes a value in the current version. */
  protected abstract void write(T value, DataOutputView out) throws IOException;

  /**
   * Reads a value.
   *
   * @param version 1 to {@link #version()}
   */
  protected abstract T read(int version, DataInputView in) throws IOException;

  @Override
  public final void serialize(T value, DataOutputView out) throws IOException {
    out.writeByte(version());
    write(value, out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    int version = in.readByte();
    if (version < 1 || version > version()) {
      throw new IOException(
          getClass().getSimpleName()
              + ": bytes have version "
              + version
              + ", this release reads 1 to "
              + version()
              + "; run the release that wrote them, or a newer one");
    }
    return read(version, in);
  }

  @Override
  public final T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return copy(from);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public TypeSerializer<T> duplicate() {
    return this;
  }

  @Override
  public final T createInstance() {
    throw new UnsupportedOperationException("values are made by reading them");
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public int hashCode() {
    return getClass().hashCode();
  }
}
