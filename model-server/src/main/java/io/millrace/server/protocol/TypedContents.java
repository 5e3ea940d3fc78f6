package io.millrace.server.protocol;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.InferTensorContents;
import io.millrace.server.inference.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Typed contents of a tensor, which hold elements in the field that their type shares. */
final class TypedContents {
  private static final int LENGTH_BYTES = 4;

  private TypedContents() {}

  /** Elements in the field of that type, or -1 for a type without one. */
  static int count(InferTensorContents contents, DataType type) {
    return switch (type) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
      case FP16, BF16 -> -1;
    };
  }

  /** Elements in all fields. */
  static int total(InferTensorContents contents) {
    return contents.getBoolContentsCount()
        + contents.getIntContentsCount()
        + contents.getInt64ContentsCount()
        + contents.getUintContentsCount()
        + contents.getUint64ContentsCount()
        + contents.getFp32ContentsCount()
        + contents.getFp64ContentsCount()
        + contents.getBytesContentsCount();
  }

  /** The elements as raw contents would hold them; integers wider than the type are cut. */
  static ByteBuffer toWire(InferTensorContents contents, DataType type) {
    ByteBuffer wire = ByteBuffer.allocate(wireBytes(contents, type)).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case BOOL -> contents.getBoolContentsList().forEach(v -> wire.put((byte) (v ? 1 : 0)));
      case INT8 -> contents.getIntContentsList().forEach(v -> wire.put(v.byteValue()));
      case INT16 -> contents.getIntContentsList().forEach(v -> wire.putShort(v.shortValue()));
      case INT32 -> contents.getIntContentsList().forEach(wire::putInt);
      case INT64 -> contents.getInt64ContentsList().forEach(wire::putLong);
      case UINT8 -> contents.getUintContentsList().forEach(v -> wire.put(v.byteValue()));
      case UINT16 -> contents.getUintContentsList().forEach(v -> wire.putShort(v.shortValue()));
      case UINT32 -> contents.getUintContentsList().forEach(wire::putInt);
      case UINT64 -> contents.getUint64ContentsList().forEach(wire::putLong);
      case FP32 -> contents.getFp32ContentsList().forEach(wire::putFloat);
      case FP64 -> contents.getFp64ContentsList().forEach(wire::putDouble);
      case BYTES ->
          contents
              .getBytesContentsList()
              .forEach(v -> wire.putInt(v.size()).put(v.asReadOnlyByteBuffer()));
      case FP16, BF16 -> throw new IllegalArgumentException(type + " has no typed contents");
    }
    return wire.flip();
  }

  private static int wireBytes(InferTensorContents contents, DataType type) {
    if (type != DataType.BYTES) {
      return count(contents, type) * type.bytes();
    }
    int bytes = 0;
    for (ByteString element : contents.getBytesContentsList()) {
      bytes += LENGTH_BYTES + element.size();
    }
    return bytes;
  }
}
