package io.millrace.server.http;

import static io.millrace.server.inference.InferenceException.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a caller asks of {@code /v1/embeddings}.
 *
 * @param texts at least one
 * @param base64 vectors are wanted as the base64 of their elements, else as numbers
 * @param dimensions wanted; 0: those that the model has
 */
record EmbeddingCall(String model, List<String> texts, boolean base64, int dimensions) {
  private static final String FLOAT = "float";
  private static final String BASE64 = "base64";

  /** Gathers fields in the order in which they come. */
  private static final class Fields {
    private String model = "";
    private final List<String> texts = new ArrayList<>();
    private String encoding = FLOAT;
    private int dimensions;
  }

  /**
   * Reads.
   *
   * @throws io.millrace.server.inference.InferenceException if it is not a request
   */
  static EmbeddingCall read(JsonFactory factory, byte[] body) {
    Fields fields = new Fields();
    JsonCall.parse(
        factory,
        body,
        0,
        body.length,
        json -> {
          JsonCall.object(json, "the request", field -> field(json, field, fields));
          return fields;
        });
    if (fields.model.isEmpty()) {
      throw invalid("'model' is missing; name a model that encodes texts");
    }
    if (fields.texts.isEmpty()) {
      throw invalid("'input' is missing or empty; it is a text, or an array of texts");
    }
    if (!fields.encoding.equals(FLOAT) && !fields.encoding.equals(BASE64)) {
      throw invalid("'encoding_format' is '%s'; it is float or base64", fields.encoding);
    }
    return new EmbeddingCall(
        fields.model, fields.texts, fields.encoding.equals(BASE64), fields.dimensions);
  }

  private static void field(JsonParser json, String field, Fields fields) throws IOException {
    switch (field) {
      case "model" -> fields.model = JsonCall.string(json, field);
      case "input" -> texts(json, fields.texts);
      case "encoding_format" -> fields.encoding = JsonCall.string(json, field);
      case "dimensions" -> {
        JsonCall.require(json, JsonToken.VALUE_NUMBER_INT, field, "a number");
        fields.dimensions = json.getIntValue();
        if (fields.dimensions < 1) {
          throw invalid("'dimensions' is %d; leave it out", fields.dimensions);
        }
      }
      // Who the caller's own user is changes nothing.
      case "user" -> JsonCall.string(json, field);
      default -> throw JsonCall.unknown("the request", field);
    }
  }

  private static void texts(JsonParser json, List<String> texts) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      texts.add(json.getText());
      return;
    }
    JsonCall.require(json, JsonToken.START_ARRAY, "input", "a text or an array of texts");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw invalid(
            "'input' element %d is no text; tokens are not taken, send texts", texts.size());
      }
      texts.add(json.getText());
    }
  }

  /** The same in the protocol's words. */
  ModelInferRequest message(String input) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            InferInputTensor.newBuilder()
                .setName(input)
                .setDatatype("BYTES")
                .addShape(texts.size())
                .addShape(1))
        .addRawInputContents(contents())
        .build();
  }

  private ByteString contents() {
    List<byte[]> encoded = new ArrayList<>();
    int bytes = 0;
    for (String text : texts) {
      byte[] content = text.getBytes(StandardCharsets.UTF_8);
      encoded.add(content);
      bytes += Integer.BYTES + content.length;
    }
    ByteBuffer wire = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    encoded.forEach(content -> wire.putInt(content.length).put(content));
    return UnsafeByteOperations.unsafeWrap(wire.flip());
  }
}
