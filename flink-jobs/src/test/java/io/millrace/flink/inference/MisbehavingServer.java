package io.millrace.flink.inference;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A model server on a loopback port that does with each call what a test tells it. */
final class MisbehavingServer extends GRPCInferenceServiceImplBase implements AutoCloseable {

  /** What to do with a call. */
  @FunctionalInterface
  interface Behaviour {
    /** Answers with a good list, at once. */
    Behaviour GOOD =
        (request, out) -> {
          out.onNext(Answers.good(List.of("x", "y"), 2, 1).setId(request.getId()).build());
          out.onCompleted();
        };

    /** Answers each row with its own first item. */
    Behaviour ECHO =
        (request, out) -> {
          int rows = (int) request.getInputs(0).getShape(0);
          int width = (int) request.getInputs(0).getShape(1);
          List<String> all =
              BytesTensor.decode(request.getRawInputContents(0), rows * width, "item_id");
          List<String> firsts =
              IntStream.range(0, rows).mapToObj(row -> all.get(row * width)).toList();
          out.onNext(
              Answers.header()
                  .addOutputs(Answers.output("item_id", "BYTES", rows, 1))
                  .addRawOutputContents(BytesTensor.encode(firsts))
                  .addOutputs(Answers.output("score", "FP32", rows, 1))
                  .addRawOutputContents(Answers.fp32(new float[rows]))
                  .addOutputs(Answers.output("source", "BYTES", rows, 1))
                  .addRawOutputContents(BytesTensor.encode(firsts))
                  .addOutputs(Answers.output("rung", "BYTES", rows, 1))
                  .addRawOutputContents(BytesTensor.encode(Collections.nCopies(rows, "RETRIEVED")))
                  .build());
          out.onCompleted();
        };

    /** Never answers. */
    Behaviour SILENT = (request, out) -> {};

    void handle(ModelInferRequest request, StreamObserver<ModelInferResponse> out);
  }

  private final Server server;
  private final int port;
  private final BlockingQueue<ModelInferRequest> received = new LinkedBlockingQueue<>();
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile Behaviour behaviour = Behaviour.GOOD;

  /** The header of that name of each call that had one. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  MisbehavingServer() {
    this(0);
  }

  MisbehavingServer(int port) {
    this(port, InsecureServerCredentials.create());
  }

  MisbehavingServer(ServerCredentials credentials) {
    this(0, credentials);
  }

  private MisbehavingServer(int port, ServerCredentials credentials) {
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
              .directExecutor()
              .addService(ServerInterceptors.intercept(this, new NoteAuthorization()))
              .build()
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("port " + port + " cannot be used", e);
    }
    this.port = server.getPort();
  }

  private final class NoteAuthorization implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String value =
          headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
      if (value != null) {
        authorizations.add(value);
      }
      return next.startCall(call, headers);
    }
  }

  int port() {
    return port;
  }

  String target() {
    return "127.0.0.1:" + port();
  }

  /** Waits for the next call. */
  ModelInferRequest take() throws InterruptedException {
    ModelInferRequest request = received.poll(30, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no call came within 30 s");
    }
    return request;
  }

  int receivedCount() {
    return received.size();
  }

  void forget() {
    received.clear();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    ((ServerCallStreamObserver<ModelInferResponse>) out).setOnCancelHandler(cancelled::countDown);
    received.add(request);
    behaviour.handle(request, out);
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
  }
}
