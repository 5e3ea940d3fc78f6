package io.millrace.server.repository;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.inference.DataType;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tensors as the protocol writes them in JSON: name, datatype, shape, flat or nested data. */
final class JsonTensor {
  private static final int LARGEST_ELEMENT = 8;

  private JsonTensor() {}

  /**
   * Reads one.
   *
   * @param where named in failures
   * @throws ModelLoadException if it is not a tensor, or of a type that JSON cannot carry exactly
   */
  static Tensor read(String where, JsonNode json) {
    String name = json.path("name").asText();
    String field = where + " '" + name + "'";
    DataType type =
        DataType.named(json.path("datatype").asText())
            .filter(known -> known != DataType.FP16 && known != DataType.BF16)
            .orElseThrow(
                () ->
                    new ModelLoadException(
                        field + " datatype " + json.path("datatype") + " is not supported here"));
    long[] shape = new long[json.path("shape").size()];
    long elements = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = json.path("shape").get(i).asLong(-1);
      elements *= shape[i];
    }
    List<JsonNode> values = new ArrayList<>();
    flatten(json.path("data"), values);
    if (values.size() != elements) {
      throw new ModelLoadException(
          field + " has " + values.size() + " elements in its data, its shape has " + elements);
    }
    return new Tensor(name, type, shape, content(field, type, values));
  }

  private static void flatten(JsonNode json, List<JsonNode> values) {
    for (JsonNode child : json) {
      if (child.isArray()) {
        flatten(child, values);
      } else {
        values.add(child);
      }
    }
  }

  private static ByteBuffer content(String field, DataType type, List<JsonNode> values) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteBuffer element = ByteBuffer.allocate(LARGEST_ELEMENT).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode value : values) {
      if (type == DataType.BYTES ? !value.isTextual() : !value.isNumber() && !value.isBoolean()) {
        throw new ModelLoadException(field + " has " + value + " among its " + type + " data");
      }
      element.clear();
      switch (type) {
        case BOOL -> element.put((byte) (value.asBoolean() ? 1 : 0));
        case FP32 -> element.putFloat((float) value.asDouble());
        case FP64 -> element.putDouble(value.asDouble());
        case BYTES -> element.putInt(value.asText().getBytes(StandardCharsets.UTF_8).length);
        default -> element.putLong(value.asLong());
      }
      int bytes = type == DataType.BYTES ? Integer.BYTES : type.bytes();
      content.write(element.array(), 0, bytes);
      if (type == DataType.BYTES) {
        content.writeBytes(value.asText().getBytes(StandardCharsets.UTF_8));
      }
    }
    return ByteBuffer.wrap(content.toByteArray());
  }
}
