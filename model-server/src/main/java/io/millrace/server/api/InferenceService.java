package io.millrace.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.schemas.inference.ModelInferResponse;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelMetadataResponse;
import io.millrace.schemas.inference.ModelReadyRequest;
import io.millrace.schemas.inference.ModelReadyResponse;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.schemas.inference.ServerLiveResponse;
import io.millrace.schemas.inference.ServerMetadataRequest;
import io.millrace.schemas.inference.ServerMetadataResponse;
import io.millrace.schemas.inference.ServerReadyRequest;
import io.millrace.schemas.inference.ServerReadyResponse;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.ModelCatalogue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol's calls. None blocks: a call reads its request on the transport's thread and is
 * answered from the thread that computed it.
 */
public final class InferenceService extends GRPCInferenceServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceService.class);
  private static final String NAME = "millrace";

  private final ModelCatalogue models;
  private final String version;
  private final RequestReader requests;

  /**
   * Over those models.
   *
   * @param version the server's own, for its metadata
   * @param clock monotonic nanoseconds, the one that models are on
   */
  public InferenceService(ModelCatalogue models, String version, LongSupplier clock) {
    this.models = models;
    this.version = version;
    this.requests = new RequestReader(clock);
  }

  @Override
  public void serverLive(ServerLiveRequest call, StreamObserver<ServerLiveResponse> observer) {
    answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest call, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, () -> ServerReadyResponse.newBuilder().setReady(models.ready()).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest call, StreamObserver<ServerMetadataResponse> observer) {
    answer(
        observer,
        () -> ServerMetadataResponse.newBuilder().setName(NAME).setVersion(version).build());
  }

  @Override
  public void modelReady(ModelReadyRequest call, StreamObserver<ModelReadyResponse> observer) {
    answer(
        observer,
        () -> {
          models.find(call.getName(), call.getVersion());
          return ModelReadyResponse.newBuilder().setReady(models.ready()).build();
        });
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest call, StreamObserver<ModelMetadataResponse> observer) {
    answer(
        observer,
        () ->
            ResponseWriter.metadata(models.find(call.getName(), call.getVersion()).description()));
  }

  @Override
  public void modelInfer(ModelInferRequest call, StreamObserver<ModelInferResponse> observer) {
    if (observer instanceof ServerCallStreamObserver<ModelInferResponse> server) {
      // Without a handler, answering a call that its caller gave up throws.
      server.setOnCancelHandler(() -> {});
    }
    CallResponder responder = new CallResponder(call.getModelName(), call.getId(), observer);
    try {
      models.infer(call.getModelName(), call.getModelVersion(), requests.read(call), responder);
    } catch (InferenceException e) {
      responder.fail(e);
    } catch (RuntimeException e) {
      LOG.error("request '{}' to model '{}' failed", call.getId(), call.getModelName(), e);
      responder.fail(
          new InferenceException(
              InferenceException.Code.INTERNAL, "the server failed; its log says why: " + e));
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
}
