package io.millrace.server.http;

import static io.millrace.server.inference.InferenceException.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import io.millrace.schemas.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.millrace.server.inference.DataType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request: JSON, and after it, where {@code Inference-Header-Content-Length} says so, the
 * contents of those inputs that say {@code binary_data_size}, one after the other.
 */
final class InferRequestReader {
  static final String HEADER_LENGTH = "Inference-Header-Content-Length";
  static final String BINARY_SIZE = "binary_data_size";

  private static final String BINARY_OUTPUT = "binary_data";
  private static final String BINARY_OUTPUTS = "binary_data_output";

  private final JsonFactory factory;
  private final String model;
  private final byte[] body;
  private final ModelInferRequest.Builder message = ModelInferRequest.newBuilder();
  private final Map<String, Boolean> binaryOutputs = new HashMap<>();
  private boolean binaryByDefault;

  /** Where the next binary input begins. */
  private int binaryAt;

  /**
   * A request as it was sent, and in which form its outputs are wanted.
   *
   * @param message with raw contents
   */
  record Call(ModelInferRequest message, OutputForm form) {}

  private InferRequestReader(
      JsonFactory factory, String model, String version, byte[] body, int jsonBytes) {
    this.factory = factory;
    this.model = model;
    this.body = body;
    this.binaryAt = jsonBytes;
    message.setModelName(model).setModelVersion(version);
  }

  /**
   * Reads.
   *
   * @param headerLength the header of that name, or null
   * @throws io.millrace.server.inference.InferenceException if it is not a request
   */
  static Call read(
      JsonFactory factory,
      String model,
      String version,
      byte[] body,
      @Nullable String headerLength) {
    int jsonBytes = headerLength == null ? body.length : headerLength(headerLength, body.length);
    InferRequestReader reader = new InferRequestReader(factory, model, version, body, jsonBytes);
    return JsonCall.parse(factory, body, 0, jsonBytes, reader::call);
  }

  private static int headerLength(String value, int most) {
    int length;
    try {
      length = Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      length = -1;
    }
    if (length < 1 || length > most) {
      throw invalid(
          "%s is '%s'; it goes from 1 to the %d bytes of the content", HEADER_LENGTH, value, most);
    }
    return length;
  }

  private Call call(JsonParser json) throws IOException {
    JsonCall.object(json, "the request", field -> field(json, field));
    if (binaryAt != body.length) {
      throw invalid(
          "model '%s': %d bytes of binary data are left over after the last input",
          model, body.length - binaryAt);
    }
    return new Call(message.build(), new OutputForm(binaryByDefault, binaryOutputs));
  }

  private void field(JsonParser json, String field) throws IOException {
    switch (field) {
      case "id" -> message.setId(JsonCall.string(json, field));
      case "parameters" -> {
        Map<String, InferParameter> parameters = JsonCall.parameters(json);
        binaryByDefault = flag(parameters.remove(BINARY_OUTPUTS), BINARY_OUTPUTS);
        message.putAllParameters(parameters);
      }
      case "inputs" -> {
        JsonCall.require(json, JsonToken.START_ARRAY, field, "an array");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          input(json);
        }
      }
      case "outputs" -> {
        JsonCall.require(json, JsonToken.START_ARRAY, field, "an array");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          output(json);
        }
      }
      default -> throw JsonCall.unknown("the request", field);
    }
  }

  private void input(JsonParser json) throws IOException {
    InferInputTensor.Builder input = InferInputTensor.newBuilder();
    int[] data = {-1, -1};
    JsonCall.object(
        json,
        "inputs",
        field -> {
          switch (field) {
            case "name" -> input.setName(JsonCall.string(json, field));
            case "datatype" -> input.setDatatype(JsonCall.string(json, field));
            case "shape" -> shape(json, input);
            case "parameters" -> input.putAllParameters(JsonCall.parameters(json));
            case "data" -> {
              // Its type may follow, so it is only skipped now.
              JsonCall.require(json, JsonToken.START_ARRAY, field, "an array");
              data[0] = (int) json.currentTokenLocation().getByteOffset();
              json.skipChildren();
              data[1] = (int) json.currentLocation().getByteOffset();
            }
            default -> throw JsonCall.unknown("an input", field);
          }
        });
    InferParameter binary = input.getParametersMap().get(BINARY_SIZE);
    if (binary == null) {
      message.addRawInputContents(elements(input, data[0], data[1]));
    } else if (data[0] >= 0) {
      throw invalid(
          "model '%s': input '%s' has both data and %s; send one of them",
          model, input.getName(), BINARY_SIZE);
    } else {
      message.addRawInputContents(binary(input.getName(), binary));
      input.removeParameters(BINARY_SIZE);
    }
    message.addInputs(input);
  }

  private static void shape(JsonParser json, InferInputTensor.Builder input) throws IOException {
    JsonCall.require(json, JsonToken.START_ARRAY, "shape", "an array");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonCall.require(json, JsonToken.VALUE_NUMBER_INT, "shape", "whole numbers");
      input.addShape(json.getLongValue());
    }
  }

  private ByteString elements(InferInputTensor.Builder input, int from, int to) throws IOException {
    String tensor = "model '" + model + "': input '" + input.getName() + "'";
    if (from < 0) {
      // What is only in shared memory is refused by that name where requests are read.
      if (input.containsParameters("shared_memory_region")) {
        return ByteString.EMPTY;
      }
      throw invalid("%s has neither data nor %s", tensor, BINARY_SIZE);
    }
    DataType type =
        DataType.named(input.getDatatype())
            .orElseThrow(
                () -> invalid("%s has unknown datatype '%s'", tensor, input.getDatatype()));
    try (JsonParser json = factory.createParser(body, from, to - from)) {
      return new JsonElements(tensor, type).read(json);
    }
  }

  private ByteString binary(String input, InferParameter size) {
    long bytes = size.hasInt64Param() ? size.getInt64Param() : -1;
    if (bytes < 0 || bytes > body.length - binaryAt) {
      throw invalid(
          "model '%s': input '%s' has a %s of %s; %d bytes are left after the JSON and the inputs"
              + " before it",
          model,
          input,
          BINARY_SIZE,
          size.hasInt64Param() ? bytes : "no whole number",
          body.length - binaryAt);
    }
    ByteString content = UnsafeByteOperations.unsafeWrap(body, binaryAt, (int) bytes);
    binaryAt += (int) bytes;
    return content;
  }

  private void output(JsonParser json) throws IOException {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    JsonCall.object(
        json,
        "outputs",
        field -> {
          switch (field) {
            case "name" -> output.setName(JsonCall.string(json, field));
            case "parameters" -> output.putAllParameters(JsonCall.parameters(json));
            default -> throw JsonCall.unknown("an output", field);
          }
        });
    InferParameter binary = output.getParametersMap().get(BINARY_OUTPUT);
    if (binary != null) {
      binaryOutputs.put(output.getName(), flag(binary, BINARY_OUTPUT));
      output.removeParameters(BINARY_OUTPUT);
    }
    message.addOutputs(output);
  }

  private static boolean flag(@Nullable InferParameter value, String name) {
    if (value == null) {
      return false;
    }
    if (!value.hasBoolParam()) {
      throw invalid("parameter '%s' is no boolean; write true or false", name);
    }
    return value.getBoolParam();
  }
}
