package io.millrace.server.bench.load;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.ModelInferRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A server over gRPC. Requests are serialised once, and answers are received but not decoded, so
 * that the generator takes as little as possible of the cores that it may share with the server.
 */
public final class GrpcTarget implements Target {
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  private static final MethodDescriptor<byte[], byte[]> INFER =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName())
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final ManagedChannel channel;
  private final List<byte[]> requests;
  private final Duration deadline;

  /**
   * Connects with the first call.
   *
   * @param address HOST:PORT
   * @param deadline of every call
   */
  public GrpcTarget(String address, List<ModelInferRequest> requests, Duration deadline) {
    this.channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .directExecutor()
            .maxInboundMessageSize(MOST_ANSWER_BYTES)
            .build();
    this.requests = requests.stream().map(ModelInferRequest::toByteArray).toList();
    this.deadline = deadline;
  }

  @Override
  public int calls() {
    return requests.size();
  }

  @Override
  public void send(int call, Consumer<Outcome> completion) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    ClientCalls.asyncUnaryCall(
        channel.newCall(INFER, options), requests.get(call), new Answer(completion));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static Outcome outcome(Throwable failure) {
    return switch (Status.fromThrowable(failure).getCode()) {
      case RESOURCE_EXHAUSTED -> Outcome.REFUSED;
      case DEADLINE_EXCEEDED -> Outcome.EXPIRED;
      default -> Outcome.FAILED;
    };
  }

  private record Answer(Consumer<Outcome> completion) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] answer) {}

    @Override
    public void onError(Throwable failure) {
      completion.accept(outcome(failure));
    }

    @Override
    public void onCompleted() {
      completion.accept(Outcome.ANSWERED);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    private static final byte[] UNREAD = new byte[0];

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        stream.skipNBytes(stream.available());
        return UNREAD;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
