package io.millrace.server.api;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.millrace.schemas.inference.ModelInferRequest;
import io.millrace.server.FakeRepository;
import io.millrace.server.TinyModels;
import io.millrace.server.access.AccessPolicy;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.protocol.ServerCalls;
import io.millrace.server.repository.ModelRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tiny models behind the protocol, without a network. */
@SuppressWarnings("NullAway.Init")
final class ServedTinyModels implements BeforeAllCallback, AfterAllCallback {
  private final FakeRepository repository = new FakeRepository();
  private final Supplier<Path> folder;
  private final AccessPolicy access;
  private final CallRecords records;
  private ModelRepository models;
  private Server server;
  private ManagedChannel channel;

  ServedTinyModels() {
    this(AccessPolicy.OPEN);
  }

  ServedTinyModels(AccessPolicy access) {
    this(access, CallRecords.NONE);
  }

  ServedTinyModels(Supplier<Path> folder) {
    this(folder, AccessPolicy.OPEN, CallRecords.NONE);
  }

  ServedTinyModels(AccessPolicy access, CallRecords records) {
    this(TinyModels::folder, access, records);
  }

  private ServedTinyModels(Supplier<Path> folder, AccessPolicy access, CallRecords records) {
    this.folder = folder;
    this.access = access;
    this.records = records;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    models = ModelRepository.load(folder.get(), TinyModels.defaults(), System::nanoTime);
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                new InferenceService(
                    new InferenceCalls(
                        models, System::nanoTime, InstantSource.system(), RequestLimits.DEFAULTS),
                    new ServerCalls(models, "1.2.3"),
                    new RepositoryCalls(repository, Runnable::run)))
            .intercept(new AccessInterceptor(access))
            .intercept(new ObservedCalls(records))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    channel.shutdownNow();
    server.shutdownNow();
    models.close();
  }

  /** What loads and unloads go to. */
  FakeRepository repository() {
    return repository;
  }

  ManagedChannel channel() {
    return channel;
  }

  GRPCInferenceServiceBlockingStub client() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  WireAnswer infer(WireRequest request) {
    return new WireAnswer(client().modelInfer(request.build()));
  }

  /** The status that a request is refused with. */
  StatusRuntimeException refusal(ModelInferRequest request) {
    try {
      throw new AssertionError("answered: " + client().modelInfer(request));
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  StatusRuntimeException refusal(WireRequest request) {
    return refusal(request.build());
  }
}
