package io.millrace.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.server.bench.load.GrpcTarget;
import io.millrace.server.bench.load.HttpTarget;
import io.millrace.server.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a server takes calls, written grpc://HOST:PORT or http://HOST:PORT.
 *
 * @param protocol grpc or http
 * @param address HOST:PORT
 */
record Endpoint(String protocol, String address) {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final int MOST_CONNECTIONS = 256;

  /** Reads one; refuses what is none. */
  static Endpoint parse(String url) {
    String[] parts = url.split("://", 2);
    boolean known = parts.length == 2 && (parts[0].equals("grpc") || parts[0].equals("http"));
    if (!known || !parts[1].matches("[^/]+:\\d+")) {
      throw new IllegalArgumentException(
          "'" + url + "' is no address; write grpc://HOST:PORT or http://HOST:PORT");
    }
    return new Endpoint(parts[0], parts[1]);
  }

  Target target(List<ModelInferRequest> requests) {
    return protocol.equals("grpc")
        ? new GrpcTarget(address, requests, DEADLINE)
        : new HttpTarget(address, requests, MOST_CONNECTIONS);
  }

  /**
   * What a model says about itself.
   *
   * @throws IllegalArgumentException if the server has no such model, or is not there
   */
  ModelMetadataResponse metadata(String model) throws InterruptedException {
    try {
      return protocol.equals("grpc") ? grpcMetadata(model) : httpMetadata(model);
    } catch (StatusRuntimeException | IOException e) {
      throw new IllegalArgumentException(
          String.format("%s://%s: no metadata of model '%s': %s", protocol, address, model, e), e);
    }
  }

  private ModelMetadataResponse grpcMetadata(String model) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .withDeadline(Deadline.after(DEADLINE.toSeconds(), TimeUnit.SECONDS))
          .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build());
    } finally {
      channel.shutdownNow();
    }
  }

  private ModelMetadataResponse httpMetadata(String model)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + address + "/v2/models/" + model);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).timeout(DEADLINE).build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    JsonNode json = new ObjectMapper().readTree(answer.body());
    ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder().setName(model);
    for (JsonNode input : json.path("inputs")) {
      var tensor =
          metadata
              .addInputsBuilder()
              .setName(input.path("name").asText())
              .setDatatype(input.path("datatype").asText());
      input.path("shape").forEach(dim -> tensor.addShape(dim.asLong()));
    }
    return metadata.build();
  }
}
