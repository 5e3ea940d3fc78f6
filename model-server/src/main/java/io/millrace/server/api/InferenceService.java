package io.millrace.server.api;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.millrace.schemas.inference.ModelConfigRequest;
import io.millrace.schemas.inference.ModelConfigResponse;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelReadyRequest;
import io.millrace.schemas.inference.ModelReadyResponse;
import io.millrace.schemas.inference.ModelStatisticsRequest;
import io.millrace.schemas.inference.ModelStatisticsResponse;
import io.millrace.schemas.inference.ModelStreamInferResponse;
import io.millrace.schemas.inference.RepositoryIndexRequest;
import io.millrace.schemas.inference.RepositoryIndexResponse;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.RepositoryModelLoadResponse;
import io.millrace.schemas.inference.RepositoryModelUnloadRequest;
import io.millrace.schemas.inference.RepositoryModelUnloadResponse;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.schemas.inference.ServerLiveResponse;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerMetadataResponse;
import io.millrace.schemas.inference.ServerReadyRequest;
import io.millrace.schemas.inference.ServerReadyResponse;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.protocol.Caller;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.ServerCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The protocol's calls. None blocks: a call reads its request on the transport's thread and is
 * answered from the thread that computed it.
 */
public final class InferenceService extends GRPCInferenceServiceImplBase {
  private final InferenceCalls inference;
  private final ServerCalls server;
  private final RepositoryCalls repository;

  /** Over those calls. */
  public InferenceService(
      InferenceCalls inference, ServerCalls server, RepositoryCalls repository) {
    this.inference = inference;
    this.server = server;
    this.repository = repository;
  }

  @Override
  public void serverLive(ServerLiveRequest call, StreamObserver<ServerLiveResponse> observer) {
    answer(observer, server::live);
  }

  @Override
  public void serverReady(ServerReadyRequest call, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, server::ready);
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest call, StreamObserver<ServerMetadataResponse> observer) {
    answer(observer, server::metadata);
  }

  @Override
  public void modelReady(ModelReadyRequest call, StreamObserver<ModelReadyResponse> observer) {
    answer(observer, () -> server.modelReady(call));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest call, StreamObserver<ModelMetadataResponse> observer) {
    answer(observer, () -> server.modelMetadata(call));
  }

  @Override
  public void modelConfig(ModelConfigRequest call, StreamObserver<ModelConfigResponse> observer) {
    answer(observer, () -> server.modelConfig(call));
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest call, StreamObserver<ModelStatisticsResponse> observer) {
    answer(observer, () -> server.statistics(call));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest call, StreamObserver<RepositoryIndexResponse> observer) {
    answer(observer, () -> repository.index(call));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest call, StreamObserver<RepositoryModelLoadResponse> observer) {
    answerLater(observer, repository.load(call));
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest call, StreamObserver<RepositoryModelUnloadResponse> observer) {
    answerLater(observer, repository.unload(call));
  }

  @Override
  public void modelInfer(ModelInferRequest call, StreamObserver<ModelInferResponse> observer) {
    tolerateCancellation(observer);
    inference.infer(
        call,
        caller(inference.now()),
        new CallResponder(call.getModelName(), call.getId(), observer));
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> observer) {
    return new InferenceStream(
        inference, (ServerCallStreamObserver<ModelStreamInferResponse>) observer);
  }

  private static Caller caller(long now) {
    Context context = Context.current();
    Deadline deadline = context.getDeadline();
    return new Caller(
        now,
        deadline == null ? Long.MAX_VALUE : now + deadline.timeRemaining(TimeUnit.NANOSECONDS),
        context::isCancelled,
        ObservedCalls.RECORD.get(context));
  }

  /** Without a handler, answering a call that its caller gave up throws. */
  private static void tolerateCancellation(StreamObserver<?> observer) {
    if (observer instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> {});
    }
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> message) {
    T answer;
    try {
      answer = message.get();
    } catch (InferenceException e) {
      observer.onError(CallResponder.status(e));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  private static <T> void answerLater(StreamObserver<T> observer, CompletableFuture<T> message) {
    tolerateCancellation(observer);
    message.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            observer.onNext(answer);
            observer.onCompleted();
          } else {
            observer.onError(CallResponder.status((InferenceException) failure));
          }
        });
  }
}
