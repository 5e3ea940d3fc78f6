package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.RepositoryCalls;
import io.millrace.server.protocol.ServerCalls;
import java.util.List;

/** The protocol's resources, below {@code /v2}, and OpenAI's, below {@code /v1}. */
public final class InferenceHttpService implements HttpService {
  private static final List<String> EMBEDDINGS = List.of("v1", "embeddings");

  private final ServerCalls server;
  private final ModelResources models;
  private final RepositoryResources repository;
  private final EmbeddingResource embeddings;
  private final MessageJson messages = new MessageJson();

  /**
   * Over those calls.
   *
   * @param mostBytes of a request
   */
  public InferenceHttpService(
      InferenceCalls inference, ServerCalls server, RepositoryCalls repository, int mostBytes) {
    JsonFactory factory = JsonParsing.factory(mostBytes);
    this.server = server;
    this.models = new ModelResources(inference, server, factory, messages);
    this.repository = new RepositoryResources(repository, factory, messages);
    this.embeddings = new EmbeddingResource(inference, factory);
  }

  @Override
  public void serve(HttpExchange exchange) {
    List<String> path = Resource.segments(exchange.path());
    if (path.equals(EMBEDDINGS)) {
      embeddings.serve(exchange);
      return;
    }
    if (path.isEmpty() || !path.get(0).equals("v2")) {
      throw Resource.notFound(exchange);
    }
    List<String> below = path.subList(Math.min(2, path.size()), path.size());
    switch (path.size() == 1 ? "" : path.get(1)) {
      case "" -> {
        if (Resource.allows(exchange, "GET")) {
          Resource.answer(exchange, messages.write(server.metadata()));
        }
      }
      case "health" -> health(exchange, below);
      case "models" -> models.serve(exchange, below);
      case "repository" -> repository.serve(exchange, below);
      default -> throw Resource.notFound(exchange);
    }
  }

  private void health(HttpExchange exchange, List<String> below) {
    boolean healthy;
    if (below.equals(List.of("live"))) {
      healthy = server.live().getLive();
    } else if (below.equals(List.of("ready"))) {
      healthy = server.ready().getReady();
    } else {
      throw Resource.notFound(exchange);
    }
    if (Resource.allows(exchange, "GET")) {
      Resource.answerHealth(exchange, healthy);
    }
  }
}
