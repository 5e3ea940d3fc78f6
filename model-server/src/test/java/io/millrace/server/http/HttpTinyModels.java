package io.millrace.server.http;

import io.millrace.server.FakeRepository;
import io.millrace.server.TinyModels;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.RequestLimits;
import io.millrace.server.protocol.ServerCalls;
import io.millrace.server.repository.ModelRepository;
import java.time.InstantSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tiny models behind the protocol's resources. */
@SuppressWarnings("NullAway.Init")
final class HttpTinyModels implements BeforeAllCallback, AfterAllCallback {
  static final int MOST_BYTES = 1 << 20;

  private final FakeRepository repository = new FakeRepository();
  private ModelRepository models;
  private InferenceHttpService service;

  @Override
  public void beforeAll(ExtensionContext context) {
    load();
  }

  void load() {
    models = ModelRepository.load(TinyModels.folder(), TinyModels.defaults(), System::nanoTime);
    service =
        new InferenceHttpService(
            new InferenceCalls(
                models, System::nanoTime, InstantSource.system(), RequestLimits.DEFAULTS),
            new ServerCalls(models, "1.2.3"),
            new RepositoryCalls(repository, Runnable::run),
            MOST_BYTES);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  void close() {
    models.close();
  }

  InferenceHttpService service() {
    return service;
  }

  FakeRepository repository() {
    return repository;
  }
}
