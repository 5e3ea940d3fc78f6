package io.millrace.server;

import io.millrace.server.api.GrpcEndpoint;
import io.millrace.server.api.InferenceService;
import io.millrace.server.config.ServerOptions;
import io.millrace.server.http.GuardedService;
import io.millrace.server.http.HttpEndpoint;
import io.millrace.server.http.HttpLimits;
import io.millrace.server.http.HttpService;
import io.millrace.server.http.InferenceHttpService;
import io.millrace.server.http.ObservedService;
import io.millrace.server.inference.ModelCatalogue;
import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.inference.RepositoryControl;
import io.millrace.server.metrics.MetricsPage;
import io.millrace.server.metrics.MetricsSource;
import io.millrace.server.metrics.TlsMetrics;
import io.millrace.server.transport.Binding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Every socket of the server. */
final class Endpoints implements AutoCloseable {
  private static final int IDLE_SECONDS = 60;

  private final String host;
  private final ProtocolCalls calls;
  private final EmbeddedLanguageModel languageModel;
  private final Trust trust;
  private final Observation observation;
  private final GrpcEndpoint grpc;
  private final Map<String, HttpEndpoint> http;

  private Endpoints(
      String host,
      ProtocolCalls calls,
      EmbeddedLanguageModel languageModel,
      Trust trust,
      Observation observation,
      GrpcEndpoint grpc,
      Map<String, HttpEndpoint> http) {
    this.host = host;
    this.calls = calls;
    this.languageModel = languageModel;
    this.trust = trust;
    this.observation = observation;
    this.grpc = grpc;
    this.http = http;
  }

  /**
   * Listens.
   *
   * @param version the server's own
   * @param clock monotonic nanoseconds
   * @throws IOException if an address cannot be listened on, or a file that an option names cannot
   *     be opened; the message names options and fix
   */
  static Endpoints start(
      ServerOptions options,
      String version,
      LongSupplier clock,
      ModelCatalogue models,
      RepositoryControl repository)
      throws IOException {
    Observation observation = Observation.start(options.observe(), version, clock);
    Trust trust = openTrust(options, observation);
    ProtocolCalls calls =
        new ProtocolCalls(models, repository, version, clock, options.limits().request());
    HttpService inference =
        new InferenceHttpService(
            calls.inference(),
            calls.server(),
            calls.repository(),
            options.limits().maxMessageBytes());
    EmbeddedLanguageModel languageModel =
        new EmbeddedLanguageModel(options.languageModel(), models, inference, clock);
    Map<String, HttpEndpoint> http = new LinkedHashMap<>();
    try {
      if (options.listen().httpPort() >= 0) {
        HttpService observed =
            new ObservedService(
                observation.records(), new GuardedService(trust.access(), languageModel));
        http.put("http", http("http", options, trust, observed, options.listen().httpPort()));
      }
      if (options.listen().metricsPort() >= 0) {
        HttpService page =
            new GuardedService(
                trust.access(),
                new MetricsPage(models, sources(trust, observation, languageModel)));
        http.put("metrics", http("metrics", options, trust, page, options.listen().metricsPort()));
      }
      return new Endpoints(
          options.listen().host(),
          calls,
          languageModel,
          trust,
          observation,
          grpc(options, trust, observation, calls),
          http);
    } catch (IOException e) {
      http.values().forEach(HttpEndpoint::close);
      trust.close();
      observation.close();
      calls.close();
      throw e;
    }
  }

  private static Trust openTrust(ServerOptions options, Observation observation)
      throws IOException {
    try {
      return Trust.open(options.trust());
    } catch (IOException e) {
      observation.close();
      throw e;
    }
  }

  private static List<MetricsSource> sources(
      Trust trust, Observation observation, EmbeddedLanguageModel languageModel) {
    List<MetricsSource> sources = new ArrayList<>(List.of(languageModel));
    sources.addAll(observation.metrics());
    trust.tls().ifPresent(tls -> sources.add(new TlsMetrics(tls)));
    return sources;
  }

  private static Binding binding(ServerOptions options, Trust trust, int port) {
    return new Binding(options.listen().host(), port, options.listen().ioThreads(), trust.tls());
  }

  private static HttpEndpoint http(
      String name, ServerOptions options, Trust trust, HttpService service, int port)
      throws IOException {
    HttpLimits limits =
        new HttpLimits(
            options.limits().maxMessageBytes(),
            options.listen().maxHttpConnections(),
            IDLE_SECONDS);
    try {
      return HttpEndpoint.start(name, service, binding(options, trust, port), limits);
    } catch (IOException e) {
      throw inUse(options, "--" + name + "-port", port, e);
    }
  }

  private static GrpcEndpoint grpc(
      ServerOptions options, Trust trust, Observation observation, ProtocolCalls calls)
      throws IOException {
    int port = options.listen().grpcPort();
    try {
      return GrpcEndpoint.start(
          new InferenceService(calls.inference(), calls.server(), calls.repository()),
          trust.access(),
          observation.records(),
          binding(options, trust, port),
          options.limits().maxMessageBytes());
    } catch (IOException e) {
      throw inUse(options, "--grpc-port", port, e);
    }
  }

  private static IOException inUse(ServerOptions options, String option, int port, IOException e) {
    Throwable deepest = e;
    for (Throwable next = e.getCause(); next != null; next = next.getCause()) {
      deepest = next;
    }
    return new IOException(
        String.format(
            "--host %s %s %d cannot be listened on (%s); choose another port, or 0 for any free"
                + " one",
            options.listen().host(), option, port, deepest.getMessage()),
        e);
  }

  /**
   * Loads the language model, if there is to be one; until then its callers hear so.
   *
   * @throws ModelLoadException if it cannot be served
   */
  void loadLanguageModel() {
    languageModel.load();
  }

  /**
   * Where they are, as {@code grpc=HOST:PORT http=HOST:PORT metrics=HOST:PORT}; gRPC is always
   * there.
   */
  String addresses() {
    StringBuilder addresses = new StringBuilder("grpc=" + host + ':' + grpc.port());
    http.forEach(
        (name, endpoint) ->
            addresses
                .append(' ')
                .append(name)
                .append('=')
                .append(host)
                .append(':')
                .append(endpoint.port()));
    return addresses.toString();
  }

  /** Returns when they have stopped. */
  void awaitStop() throws InterruptedException {
    grpc.awaitStop();
  }

  /** Takes no more calls, and returns when those in flight have ended, or after the time. */
  void stop(Duration atMost) throws InterruptedException {
    http.values().forEach(HttpEndpoint::stopAccepting);
    grpc.stop(atMost);
  }

  @Override
  public void close() {
    grpc.close();
    http.values().forEach(HttpEndpoint::close);
    trust.close();
    languageModel.close();
    observation.close();
    calls.close();
  }
}
