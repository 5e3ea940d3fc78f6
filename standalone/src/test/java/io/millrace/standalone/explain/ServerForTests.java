package io.millrace.standalone.explain;

import com.google.protobuf.ByteString;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelInferResponse.InferOutputTensor;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelMetadataResponse.TensorMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A model server on a loopback port whose version 3 gives the films a, b and c, as in {@link
 * PastInputs}, with the candidates a and b and one feature; it has no other version.
 */
public final class ServerForTests extends GRPCInferenceServiceImplBase implements AutoCloseable {
  private final Server server;

  /** What it was asked, in order. */
  public final List<ModelInferRequest> requests = new CopyOnWriteArrayList<>();

  /** The newest call's. */
  public volatile @Nullable String authorization;

  /** Starts it, without encryption. */
  public ServerForTests() throws IOException {
    this(InsecureServerCredentials.create());
  }

  /** Starts it. */
  public ServerForTests(ServerCredentials credentials) throws IOException {
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
            .intercept(new Listening())
            .addService(this)
            .build()
            .start();
  }

  /** Writes down who calls. */
  private final class Listening implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      authorization =
          headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
      return next.startCall(call, headers);
    }
  }

  /** As {@code host:port}. */
  public String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    if (!request.getVersion().equals("3")) {
      out.onError(
          Status.NOT_FOUND
              .withDescription("no version '" + request.getVersion() + "' loaded; it serves 3")
              .asRuntimeException());
      return;
    }
    ModelMetadataResponse.Builder answer =
        ModelMetadataResponse.newBuilder().putProperties("ranker_features", "popular");
    for (String output :
        List.of(
            "item_id",
            "score",
            "source",
            "rung",
            "candidate_id",
            "candidate_source",
            "candidate_score",
            "candidate_feature",
            "click")) {
      answer.addOutputs(TensorMetadata.newBuilder().setName(output));
    }
    out.onNext(answer.build());
    out.onCompleted();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    requests.add(request);
    ModelInferResponse.Builder answer = ModelInferResponse.newBuilder().setModelVersion("3");
    add(answer, "item_id", texts("a", "b", "c", ""));
    add(answer, "score", floats(0.9f, 0.8f, 0.7f, 0));
    add(answer, "source", texts("retriever", "retriever", "retriever", ""));
    add(answer, "rung", texts("RANKED"));
    add(answer, "candidate_id", texts("a", "b"));
    add(answer, "candidate_source", texts("retriever,popular", "retriever"));
    add(answer, "candidate_score", floats(0.9f, 0.8f));
    add(answer, "candidate_feature", floats(2f, 0f));
    out.onNext(answer.build());
    out.onCompleted();
  }

  private static void add(ModelInferResponse.Builder answer, String name, ByteString content) {
    answer.addOutputs(InferOutputTensor.newBuilder().setName(name)).addRawOutputContents(content);
  }

  private static ByteString floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static ByteString texts(String... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String value : values) {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(text.length)
              .array());
      bytes.writeBytes(text);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
