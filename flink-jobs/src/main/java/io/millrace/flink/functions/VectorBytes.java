package io.millrace.flink.functions;

import io.millrace.flink.features.HalfFloat;
import io.millrace.flink.features.ServedProfile;
import io.millrace.flink.llm.TextEncoder.Encoded;
import io.millrace.schemas.FeatureSchema;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A text's vector as records hold it: half-precision numbers, little endian. */
final class VectorBytes {
  private VectorBytes() {}

  /** The first vector; null unless it has the right number of finite numbers. */
  static @Nullable ByteBuffer of(Encoded answer) {
    float[] vector = answer.vectors().isEmpty() ? new float[0] : answer.vectors().get(0);
    if (vector.length != FeatureSchema.VECTOR_DIMS) {
      return null;
    }
    ByteBuffer halves = ByteBuffer.allocate(ServedProfile.BYTES);
    for (float value : vector) {
      int half = HalfFloat.fromFloat(value);
      if (!HalfFloat.isFinite(half)) {
        return null;
      }
      halves.put((byte) half).put((byte) (half >>> 8));
    }
    return halves.flip();
  }
}
