package io.millrace.flink.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Copies a mutable value through its bytes, which is what the heap state backend needs. */
final class CopyByBytes {
  private CopyByBytes() {}

  static <T> T copy(TypeSerializer<T> serializer, T value) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(1024);
      serializer.serialize(value, out);
      return serializer.deserialize(
          new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
    } catch (IOException e) {
      throw new UncheckedIOException("copying " + value.getClass().getSimpleName(), e);
    }
  }
}
