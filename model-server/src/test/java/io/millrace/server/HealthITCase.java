package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc;
import io.millrace.schemas.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelReadyRequest;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.ServerLiveRequest;
import io.millrace.schemas.inference.ServerReadyRequest;
import io.millrace.server.config.ServerCommandLine;
import io.millrace.server.config.ServerOptions;
import io.millrace.server.repository.ModelControl;
import io.millrace.server.repository.ModelRepository;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of both protocols see of a server's life. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class HealthITCase {
  private static final Pattern ADDRESSES =
      Pattern.compile("grpc=127.0.0.1:(\\d+) http=127.0.0.1:(\\d+) metrics=127.0.0.1:(\\d+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private ModelRepository models;
  private Endpoints endpoints;
  private ManagedChannel channel;
  private GRPCInferenceServiceBlockingStub grpc;
  private Matcher addresses;

  @BeforeEach
  void listen() throws Exception {
    String folder = TinyModels.folder().toString();
    models =
        ModelRepository.open(
            TinyModels.folder(),
            new ModelControl(ModelControl.Mode.EXPLICIT, Set.of(ModelControl.ALL)),
            TinyModels.defaults(),
            System::nanoTime);
    endpoints =
        Endpoints.start(
            options(
                "--model-repository", folder, "--grpc-port=0", "--http-port=0", "--metrics-port=0"),
            "1.2.3",
            System::nanoTime,
            models,
            models);
    addresses = ADDRESSES.matcher(endpoints.addresses());
    assertThat(addresses.matches()).isTrue();
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(addresses.group(1)))
            .usePlaintext()
            .build();
    grpc = GRPCInferenceServiceGrpc.newBlockingStub(channel);
  }

  private static ServerOptions options(String... args) {
    StringWriter errors = new StringWriter();
    return Objects.requireNonNull(
        ServerCommandLine.parse(args, new PrintWriter(errors), new PrintWriter(errors)).options(),
        errors::toString);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    endpoints.close();
    models.close();
  }

  private HttpResponse<String> get(int group, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + addresses.group(group) + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private boolean modelReady(String model) {
    return grpc.modelReady(ModelReadyRequest.newBuilder().setName(model).build()).getReady();
  }

  private void assertHealth(boolean ready, boolean modelReady, String state) throws Exception {
    assertThat(grpc.serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(get(2, "/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(grpc.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isEqualTo(ready);
    assertThat(get(2, "/v2/health/ready").statusCode()).isEqualTo(ready ? 200 : 503);
    assertThat(modelReady("affine")).isEqualTo(modelReady);
    assertThat(get(2, "/v2/models/affine/ready").statusCode()).isEqualTo(modelReady ? 200 : 503);
    String metrics = get(3, "/metrics").body();
    assertThat(metrics).contains("millrace_server_ready " + (ready ? 1 : 0));
    for (String possible : new String[] {"starting", "ready", "draining"}) {
      assertThat(metrics)
          .contains(
              "millrace_server_state{state=\""
                  + possible
                  + "\"} "
                  + (possible.equals(state) ? 1 : 0));
    }
  }

  @Test
  void aServerIsLiveAtOnceReadyWhenItsModelsAreAndThenDraining() throws Exception {
    assertHealth(false, false, "starting");
    models.start();
    assertHealth(true, true, "ready");
    models.drain().get();
    assertHealth(false, false, "draining");
  }

  @Test
  void whileItStartsModelsAreSaidToComeLater() throws Exception {
    ModelMetadataRequest affine = ModelMetadataRequest.newBuilder().setName("affine").build();
    RepositoryModelLoadRequest load =
        RepositoryModelLoadRequest.newBuilder().setModelName("affine").build();
    assertThatThrownBy(() -> grpc.modelMetadata(affine))
        .hasMessageContaining(
            "UNAVAILABLE: model 'affine': the server is starting, and has loaded");
    assertThatThrownBy(() -> grpc.repositoryModelLoad(load))
        .hasMessageContaining("UNAVAILABLE: the server is starting");
    HttpResponse<String> answer = get(2, "/v2/models/affine");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    models.start();
    assertThat(grpc.modelMetadata(affine).getName()).isEqualTo("affine");
    assertThat(modelReady("nothing")).isFalse();
  }
}
