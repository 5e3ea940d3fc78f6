package io.millrace.standalone.explain;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.millrace.schemas.avro.ModelCall;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelMetadataResponse.TensorMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A model server behind the Open Inference Protocol. Calls block, and have time enough for every
 * stage. Not thread-safe.
 */
public final class GrpcModelServer implements ModelServer, AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int TIMEOUT_SECONDS = 20;
  private static final int MOST_BYTES = 64 << 20;
  private static final List<String> OUTPUTS =
      List.of(
          "item_id",
          "score",
          "source",
          "rung",
          "matched_keyword",
          "candidate_id",
          "candidate_source",
          "candidate_score",
          "candidate_feature");

  private final String target;
  private final ManagedChannel channel;
  private final Map<String, ModelMetadataResponse> metadata = new HashMap<>();

  /**
   * Connects when first asked.
   *
   * @param target as {@code host:port}
   * @param credentials decide whether the connection is encrypted, and whom each side trusts
   * @param token sent with every call; null for none
   */
  public GrpcModelServer(String target, ChannelCredentials credentials, @Nullable String token) {
    this.target = target;
    Metadata headers = new Metadata();
    if (token != null) {
      headers.put(AUTHORIZATION, "Bearer " + token);
    }
    this.channel =
        Grpc.newChannelBuilder(target, credentials)
            .maxInboundMessageSize(MOST_BYTES)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
  }

  @Override
  public ModelReply ask(ModelCall call, String version) {
    try {
      ModelMetadataResponse model =
          metadata.computeIfAbsent(
              call.getModel() + '/' + version, key -> metadata(call.getModel(), version));
      List<String> known = model.getOutputsList().stream().map(TensorMetadata::getName).toList();
      String ranker = model.getPropertiesOrDefault("ranker_features", "");
      // Without a ranker there is nothing that it was told.
      List<String> outputs =
          OUTPUTS.stream()
              .filter(known::contains)
              .filter(name -> !ranker.isEmpty() || !name.equals("candidate_feature"))
              .toList();
      return ReplyTensors.decode(
          stub().modelInfer(CallTensors.encode(call, version, outputs)),
          ranker.isEmpty() ? List.of() : List.of(ranker.split(",", -1)));
    } catch (StatusRuntimeException e) {
      String description = e.getStatus().getDescription();
      throw new NotAnsweredException(
          "the model server at "
              + target
              + " says "
              + e.getStatus().getCode()
              + (description == null ? "" : ": " + description));
    }
  }

  private ModelMetadataResponse metadata(String model, String version) {
    return stub()
        .modelMetadata(
            ModelMetadataRequest.newBuilder().setName(model).setVersion(version).build());
  }

  private GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
