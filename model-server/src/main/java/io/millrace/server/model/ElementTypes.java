package io.millrace.server.model;

import ai.onnxruntime.OnnxJavaType;
import io.millrace.server.inference.DataType;
import org.jspecify.annotations.Nullable;

/** The tensor types that the Java binding of ONNX Runtime takes as plain bytes. */
final class ElementTypes {
  private ElementTypes() {}

  /** Null for a type that cannot be served. */
  static @Nullable DataType of(OnnxJavaType type) {
    return switch (type) {
      case BOOL -> DataType.BOOL;
      case UINT8 -> DataType.UINT8;
      case INT8 -> DataType.INT8;
      case INT16 -> DataType.INT16;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case FLOAT16 -> DataType.FP16;
      case BFLOAT16 -> DataType.BF16;
      case FLOAT -> DataType.FP32;
      case DOUBLE -> DataType.FP64;
      case STRING, UNKNOWN -> null;
    };
  }

  static OnnxJavaType of(DataType type) {
    return switch (type) {
      case BOOL -> OnnxJavaType.BOOL;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case FP16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case FP32 -> OnnxJavaType.FLOAT;
      case FP64 -> OnnxJavaType.DOUBLE;
      case UINT16, UINT32, UINT64, BYTES ->
          throw new IllegalArgumentException(type + " is refused when a graph is loaded");
    };
  }
}
