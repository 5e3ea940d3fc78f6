package io.millrace.server.bench;

import com.google.protobuf.ByteString;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.server.recommender.RetrieverRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes histories as calls of a bare retriever: plain tensors, one row, without vectors. */
final class RetrieverCalls {
  private final String model;

  /** For a retriever of that name. */
  RetrieverCalls(String model) {
    this.model = model;
  }

  ModelInferRequest of(RetrieverRow row) {
    int dims = FeatureSchema.VECTOR_DIMS;
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
    add(request, "item_index", "INT32", row.items().length, ints(row.items()));
    add(request, "event_type", "INT32", row.items().length, ints(row.eventTypes()));
    add(request, "age_s", "FP32", row.items().length, floats(row.ageSeconds()));
    add(request, "profile", "FP32", dims, floats(new float[dims]));
    add(request, "profile_on", "FP32", 1, floats(new float[1]));
    add(request, "query", "FP32", dims, floats(new float[dims]));
    add(request, "query_on", "FP32", 1, floats(new float[1]));
    add(request, "exclude_index", "INT32", row.excluded().length, ints(row.excluded()));
    return request.build();
  }

  private static void add(
      ModelInferRequest.Builder request, String name, String type, int elements, ByteBuffer data) {
    request.addInputsBuilder().setName(name).setDatatype(type).addShape(1).addShape(elements);
    request.addRawInputContents(ByteString.copyFrom(data));
  }

  private static ByteBuffer ints(int[] values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asIntBuffer().put(values);
    return data;
  }

  private static ByteBuffer floats(float[] values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return data;
  }
}
