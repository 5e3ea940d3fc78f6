package io.millrace.server.api;

import com.google.protobuf.ByteString;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds requests as a client of the protocol sends them, raw contents. */
final class WireRequest {
  final ModelInferRequest.Builder message = ModelInferRequest.newBuilder();

  WireRequest(String model) {
    message.setModelName(model).setId("r1");
  }

  WireRequest raw(String name, String type, ByteString content, long... shape) {
    ModelInferRequest.InferInputTensor.Builder input =
        message.addInputsBuilder().setName(name).setDatatype(type);
    for (long dim : shape) {
      input.addShape(dim);
    }
    message.addRawInputContents(content);
    return this;
  }

  WireRequest ints(String name, int... values) {
    return ints(1, name, values);
  }

  WireRequest floats(String name, float... values) {
    return floats(1, name, values);
  }

  WireRequest strings(String name, String... values) {
    return strings(1, name, values);
  }

  WireRequest ints(int rows, String name, int... values) {
    ByteBuffer data = littleEndian(values.length * Integer.BYTES);
    data.asIntBuffer().put(values);
    return raw(name, "INT32", ByteString.copyFrom(data), rows, values.length / rows);
  }

  WireRequest floats(int rows, String name, float... values) {
    return raw(name, "FP32", floatBytes(values), rows, values.length / rows);
  }

  WireRequest strings(int rows, String name, String... values) {
    return raw(name, "BYTES", stringBytes(values), rows, values.length / rows);
  }

  WireRequest parameter(String name, String value) {
    message.putParameters(name, InferParameter.newBuilder().setStringParam(value).build());
    return this;
  }

  /** The three inputs that the recommender needs. */
  static WireRequest recommend(String[] ids, int[] types, float[] ages) {
    return new WireRequest("recommender")
        .strings("item_id", ids)
        .ints("event_type", types)
        .floats("age_s", ages);
  }

  static WireRequest recommendFor(String... ids) {
    return recommend(ids, new int[ids.length], new float[ids.length]);
  }

  static ByteString floatBytes(float... values) {
    ByteBuffer data = littleEndian(values.length * Float.BYTES);
    data.asFloatBuffer().put(values);
    return ByteString.copyFrom(data);
  }

  static ByteString stringBytes(String... values) {
    ByteString all = ByteString.EMPTY;
    for (String value : values) {
      all = all.concat(element(value.getBytes(StandardCharsets.UTF_8)));
    }
    return all;
  }

  static ByteString element(byte[] value) {
    ByteBuffer length = littleEndian(Integer.BYTES).putInt(value.length).flip();
    return ByteString.copyFrom(length).concat(ByteString.copyFrom(value));
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  ModelInferRequest build() {
    return message.build();
  }
}
