package io.millrace.flink.records;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a savepoint keeps of a {@link VersionedSerializer}: its version. A savepoint of a newer
 * version is refused before any of its state is read; an older one is read as it is.
 *
 * @param <T> what the serializer writes
 */
public abstract class VersionedSnapshot<T> implements TypeSerializerSnapshot<T> {
  private final Supplier<? extends VersionedSerializer<T>> serializer;
  private final int version;

  /** For a subclass's public constructor without arguments. */
  protected VersionedSnapshot(Supplier<? extends VersionedSerializer<T>> serializer) {
    this.serializer = serializer;
    this.version = serializer.get().version();
  }

  @Override
  public int getCurrentVersion() {
    return version;
  }

  @Override
  public void writeSnapshot(DataOutputView out) {}

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader loader)
      throws IOException {
    if (readVersion > version) {
      throw new IOException(
          getClass().getName()
              + ": the savepoint has state of version "
              + readVersion
              + ", this release reads up to "
              + version
              + "; restore it with the release that wrote it, or a newer one");
    }
  }

  @Override
  public TypeSerializer<T> restoreSerializer() {
    return serializer.get();
  }

  @Override
  public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old.getClass() == getClass()
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
