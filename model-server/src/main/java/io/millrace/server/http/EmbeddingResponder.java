package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import io.millrace.server.inference.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Answers one request for embeddings, as OpenAI's interface has it. */
final class EmbeddingResponder implements Responder {
  private final HttpExchange exchange;
  private final JsonFactory factory;
  private final EmbeddingCall call;

  EmbeddingResponder(HttpExchange exchange, JsonFactory factory, EmbeddingCall call) {
    this.exchange = exchange;
    this.factory = factory;
    this.call = call;
  }

  @Override
  public void complete(InferenceResponse response) {
    Tensor vectors = response.outputs().get(0);
    int dims = (int) vectors.dim(1);
    if (call.dimensions() != 0 && call.dimensions() != dims) {
      fail(
          InferenceException.invalid(
              "'dimensions' is %d; model '%s' has %d, and cannot be cut",
              call.dimensions(), call.model(), dims));
      return;
    }
    Resource.answer(exchange, json(vectors, dims, tokens(response.outputs().get(1))));
  }

  private static long tokens(Tensor counts) {
    ByteBuffer data = counts.data();
    long tokens = 0;
    while (data.hasRemaining()) {
      tokens += data.getInt();
    }
    return tokens;
  }

  private byte[] json(Tensor vectors, int dims, long tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuffer data = vectors.data();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      for (int row = 0; row < vectors.dim(0); row++) {
        json.writeStartObject();
        json.writeStringField("object", "embedding");
        json.writeNumberField("index", row);
        json.writeFieldName("embedding");
        vector(json, data, dims);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("model", call.model());
      json.writeObjectFieldStart("usage");
      json.writeNumberField("prompt_tokens", tokens);
      json.writeNumberField("total_tokens", tokens);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void vector(JsonGenerator json, ByteBuffer data, int dims) throws IOException {
    if (call.base64()) {
      byte[] elements = new byte[dims * Float.BYTES];
      data.get(elements);
      json.writeString(Base64.getEncoder().encodeToString(elements));
    } else {
      json.writeStartArray();
      for (int i = 0; i < dims; i++) {
        json.writeNumber(data.getFloat());
      }
      json.writeEndArray();
    }
  }

  @Override
  public void fail(InferenceException failure) {
    EmbeddingResource.fail(exchange, factory, failure);
  }
}
