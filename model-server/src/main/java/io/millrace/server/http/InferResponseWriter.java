package io.millrace.server.http;

import static io.millrace.server.inference.InferenceException.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes an answer: JSON, and the contents of those outputs that are wanted so after it. */
final class InferResponseWriter {
  private InferResponseWriter() {}

  /**
   * An answer's content.
   *
   * @param json all of it but the binary data
   * @param binary the binary data; empty where everything is JSON
   */
  record Content(byte[] json, byte[] binary) {}

  /**
   * Writes; tensors are copied.
   *
   * @throws io.millrace.server.inference.InferenceException if JSON cannot carry an output that is
   *     not wanted as binary data
   */
  static Content write(
      JsonFactory factory, String model, String id, InferenceResponse response, OutputForm form) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("model_name", model);
      json.writeStringField("model_version", response.modelVersion());
      if (!id.isEmpty()) {
        json.writeStringField("id", id);
      }
      json.writeObjectFieldStart("parameters");
      json.writeNumberField("queue_us", response.queueMicros());
      json.writeNumberField("compute_us", response.computeMicros());
      if (!response.ignoredInputs().isEmpty()) {
        json.writeStringField("ignored_inputs", String.join(",", response.ignoredInputs()));
      }
      for (Map.Entry<String, String> note : response.notes().entrySet()) {
        json.writeStringField(note.getKey(), note.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("outputs");
      for (Tensor output : response.outputs()) {
        output(json, output, form.isBinary(output.name()));
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Content(bytes.toByteArray(), binary(response, form));
  }

  private static byte[] binary(InferenceResponse response, OutputForm form) {
    int size = 0;
    for (Tensor output : response.outputs()) {
      size = Math.addExact(size, form.isBinary(output.name()) ? output.byteSize() : 0);
    }
    ByteBuffer binary = ByteBuffer.allocate(size);
    for (Tensor output : response.outputs()) {
      if (form.isBinary(output.name())) {
        binary.put(output.data());
      }
    }
    return binary.array();
  }

  private static void output(JsonGenerator json, Tensor output, boolean binary) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", output.name());
    json.writeStringField("datatype", output.type().name());
    json.writeArrayFieldStart("shape");
    for (int i = 0; i < output.rank(); i++) {
      json.writeNumber(output.dim(i));
    }
    json.writeEndArray();
    if (binary) {
      json.writeObjectFieldStart("parameters");
      json.writeNumberField(InferRequestReader.BINARY_SIZE, output.byteSize());
      json.writeEndObject();
    } else {
      json.writeArrayFieldStart("data");
      ByteBuffer data = output.data();
      for (int i = 0; data.hasRemaining(); i++) {
        element(json, output, i, data);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void element(JsonGenerator json, Tensor output, int index, ByteBuffer data)
      throws IOException {
    switch (output.type()) {
      case BOOL -> json.writeBoolean(data.get() != 0);
      case INT8 -> json.writeNumber(data.get());
      case UINT8 -> json.writeNumber(Byte.toUnsignedInt(data.get()));
      case INT16 -> json.writeNumber(data.getShort());
      case UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort()));
      case INT32 -> json.writeNumber(data.getInt());
      case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt()));
      case INT64 -> json.writeNumber(data.getLong());
      case UINT64 -> json.writeNumber(Long.toUnsignedString(data.getLong()));
      case FP32 -> {
        float value = data.getFloat();
        requireFinite(output, index, value);
        json.writeNumber(value);
      }
      case FP64 -> {
        double value = data.getDouble();
        requireFinite(output, index, value);
        json.writeNumber(value);
      }
      case BYTES -> json.writeString(text(output, index, data));
      case FP16, BF16 ->
          throw invalid(
              "output '%s' is %s, which JSON does not carry; ask for it as binary data",
              output.name(), output.type());
    }
  }

  private static void requireFinite(Tensor output, int index, double value) {
    if (!Double.isFinite(value)) {
      throw invalid(
          "output '%s' element %d is %s, which JSON does not carry; ask for it as binary data",
          output.name(), index, value);
    }
  }

  private static String text(Tensor output, int index, ByteBuffer data) {
    int length = data.getInt();
    ByteBuffer content = data.slice(data.position(), length);
    data.position(data.position() + length);
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(content);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw invalid(
          "output '%s' element %d is not UTF-8, which JSON must be; ask for it as binary data",
          output.name(), index);
    }
  }
}
