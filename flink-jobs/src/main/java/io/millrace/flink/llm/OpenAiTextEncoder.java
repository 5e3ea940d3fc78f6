package io.millrace.flink.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A text encoder behind OpenAI's interface: {@code /embeddings}, our own model server's too. */
public final class OpenAiTextEncoder implements TextEncoder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/embeddings";

  private final EndpointSettings settings;
  private final JsonEndpoint endpoint;

  /** Connects lazily. */
  public OpenAiTextEncoder(EndpointSettings settings) {
    this(settings, JsonEndpoint.connect(settings));
  }

  OpenAiTextEncoder(EndpointSettings settings, JsonEndpoint endpoint) {
    this.settings = settings;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableFuture<Encoded> encode(List<String> texts) {
    if (texts.isEmpty()) {
      return CompletableFuture.completedFuture(new Encoded(List.of(), settings.model()));
    }
    ObjectNode body = JSON.createObjectNode().put("model", settings.model());
    texts.forEach(body.putArray("input")::add);
    body.put("encoding_format", "float");
    byte[] bytes;
    try {
      bytes = JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      return CompletableFuture.failedFuture(
          new LanguageModelFailure(Reason.REJECTED, e.getOriginalMessage()));
    }
    return endpoint.post(PATH, bytes, reply -> decode(reply, texts.size()));
  }

  private Encoded decode(JsonNode reply, int texts) {
    float @Nullable [][] vectors = new float[texts][];
    JsonNode data = reply.path("data");
    if (data.size() != texts) {
      throw bad(data.size() + " vectors for " + texts + " texts");
    }
    for (int i = 0; i < texts; i++) {
      int index = data.get(i).path("index").asInt(i);
      if (index < 0 || index >= texts || vectors[index] != null) {
        throw bad("index " + index + " of " + texts + " twice or out of range");
      }
      vectors[index] = vector(data.get(i).path("embedding"));
      if (vectors[index].length != vectors[data.get(0).path("index").asInt(0)].length) {
        throw bad("vectors of different lengths");
      }
    }
    return new Encoded(List.of(vectors), reply.path("model").asText(settings.model()));
  }

  private float[] vector(JsonNode numbers) {
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
      if (!numbers.get(i).isNumber() || !Float.isFinite(vector[i])) {
        throw bad("element " + i + " of a vector is " + numbers.get(i));
      }
    }
    if (vector.length == 0) {
      throw bad("a vector without elements");
    }
    return vector;
  }

  private LanguageModelFailure bad(String what) {
    return new LanguageModelFailure(Reason.BAD_ANSWER, endpoint.where() + ": " + what);
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
