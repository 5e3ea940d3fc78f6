package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.schemas.inference.InferParameter;
import io.millrace.schemas.inference.ModelRepositoryParameter;
import io.millrace.schemas.inference.RepositoryIndexRequest;
import io.millrace.schemas.inference.RepositoryModelLoadRequest;
import io.millrace.schemas.inference.RepositoryModelUnloadRequest;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.protocol.RepositoryCalls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What is below {@code /v2/repository}. */
final class RepositoryResources {
  private static final byte[] NOTHING = {};

  private final RepositoryCalls repository;
  private final JsonFactory factory;
  private final MessageJson messages;

  RepositoryResources(RepositoryCalls repository, JsonFactory factory, MessageJson messages) {
    this.repository = repository;
    this.factory = factory;
    this.messages = messages;
  }

  /**
   * Serves.
   *
   * @param path {@code index}, {@code models/MODEL/load} or {@code models/MODEL/unload}
   */
  void serve(HttpExchange exchange, List<String> path) {
    boolean index = path.equals(List.of("index"));
    boolean model = path.size() == 3 && path.get(0).equals("models");
    boolean load = model && path.get(2).equals("load");
    boolean unload = model && path.get(2).equals("unload");
    if (!index && !load && !unload) {
      throw Resource.notFound(exchange);
    }
    if (!Resource.allows(exchange, "POST")) {
      return;
    }
    if (index) {
      index(exchange);
    } else if (load) {
      RepositoryModelLoadRequest.Builder call =
          RepositoryModelLoadRequest.newBuilder().setModelName(path.get(1));
      answer(exchange, repository.load(call.putAllParameters(parameters(exchange)).build()));
    } else {
      RepositoryModelUnloadRequest.Builder call =
          RepositoryModelUnloadRequest.newBuilder().setModelName(path.get(1));
      answer(exchange, repository.unload(call.putAllParameters(parameters(exchange)).build()));
    }
  }

  private void index(HttpExchange exchange) {
    RepositoryIndexRequest.Builder call = RepositoryIndexRequest.newBuilder();
    parse(
        exchange,
        (json, field) -> {
          if (!field.equals("ready")) {
            throw JsonCall.unknown("the request", field);
          }
          if (!json.currentToken().isBoolean()) {
            throw InferenceException.invalid("'ready' is no boolean; write true or false");
          }
          call.setReady(json.currentToken() == JsonToken.VALUE_TRUE);
        });
    Resource.answer(exchange, messages.write(repository.index(call.build()).getModelsList()));
  }

  private Map<String, ModelRepositoryParameter> parameters(HttpExchange exchange) {
    Map<String, ModelRepositoryParameter> parameters = new HashMap<>();
    parse(
        exchange,
        (json, field) -> {
          if (!field.equals("parameters")) {
            throw JsonCall.unknown("the request", field);
          }
          JsonCall.parameters(json)
              .forEach((name, parameter) -> parameters.put(name, converted(parameter)));
        });
    return parameters;
  }

  private static ModelRepositoryParameter converted(InferParameter parameter) {
    return parameter.hasBoolParam()
        ? ModelRepositoryParameter.newBuilder().setBoolParam(parameter.getBoolParam()).build()
        : ModelRepositoryParameter.newBuilder().setStringParam(parameter.getStringParam()).build();
  }

  /** A request without content asks for nothing in particular. */
  private void parse(HttpExchange exchange, JsonCall.ObjectReader fields) {
    byte[] body = exchange.body();
    if (body.length > 0) {
      JsonCall.parse(
          factory,
          body,
          0,
          body.length,
          json -> {
            JsonCall.object(json, "the request", field -> fields.read(json, field));
            return json;
          });
    }
  }

  private static void answer(HttpExchange exchange, CompletableFuture<?> done) {
    done.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            Resource.answer(exchange, NOTHING);
          } else {
            exchange.fail((InferenceException) failure);
          }
        });
  }
}
