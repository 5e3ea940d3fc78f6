package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.protobuf.Message;
import io.millrace.schemas.inference.ModelConfigRequest;
import io.millrace.schemas.inference.ModelMetadataRequest;
import io.millrace.schemas.inference.ModelStatisticsRequest;
import io.millrace.server.protocol.Caller;
import io.millrace.server.protocol.InferenceCalls;
import io.millrace.server.protocol.ServerCalls;
import java.util.List;
import java.util.function.Supplier;

/** What is below {@code /v2/models}. */
final class ModelResources {
  private final InferenceCalls inference;
  private final ServerCalls server;
  private final JsonFactory factory;
  private final MessageJson messages;

  ModelResources(
      InferenceCalls inference, ServerCalls server, JsonFactory factory, MessageJson messages) {
    this.inference = inference;
    this.server = server;
    this.factory = factory;
    this.messages = messages;
  }

  /**
   * Serves.
   *
   * @param path {@code MODEL[/versions/VERSION][/WHAT]}, or {@code stats} for all models
   */
  void serve(HttpExchange exchange, List<String> path) {
    if (path.equals(List.of("stats"))) {
      get(exchange, () -> server.statistics(ModelStatisticsRequest.getDefaultInstance()));
      return;
    }
    boolean versioned = path.size() >= 3 && path.get(1).equals("versions");
    int what = versioned ? 3 : 1;
    if (path.isEmpty() || path.size() > what + 1) {
      throw Resource.notFound(exchange);
    }
    String model = path.get(0);
    String version = versioned ? path.get(2) : "";
    if (versioned && !version.matches("[0-9]+")) {
      throw Resource.notFound(exchange);
    }
    switch (path.size() == what ? "" : path.get(what)) {
      case "" ->
          get(
              exchange,
              () ->
                  server.modelMetadata(
                      ModelMetadataRequest.newBuilder()
                          .setName(model)
                          .setVersion(version)
                          .build()));
      case "ready" -> ready(exchange, model, version);
      case "config" ->
          get(
              exchange,
              () ->
                  server
                      .modelConfig(
                          ModelConfigRequest.newBuilder()
                              .setName(model)
                              .setVersion(version)
                              .build())
                      .getConfig());
      case "stats" ->
          get(
              exchange,
              () ->
                  server.statistics(
                      ModelStatisticsRequest.newBuilder()
                          .setName(model)
                          .setVersion(version)
                          .build()));
      case "infer" -> infer(exchange, model, version);
      default -> throw Resource.notFound(exchange);
    }
  }

  private void get(HttpExchange exchange, Supplier<Message> message) {
    if (Resource.allows(exchange, "GET")) {
      Resource.answer(exchange, messages.write(message.get()));
    }
  }

  private void ready(HttpExchange exchange, String model, String version) {
    if (Resource.allows(exchange, "GET")) {
      Resource.answerHealth(exchange, server.ready(model, version));
    }
  }

  private void infer(HttpExchange exchange, String model, String version) {
    if (!Resource.allows(exchange, "POST")) {
      return;
    }
    long arrival = inference.now();
    InferRequestReader.Call call =
        InferRequestReader.read(
            factory,
            model,
            version,
            exchange.body(),
            exchange.header(InferRequestReader.HEADER_LENGTH));
    inference.infer(
        call.message(),
        new Caller(arrival, Long.MAX_VALUE, exchange::isCancelled, exchange.record()),
        new HttpResponder(exchange, factory, call));
  }
}
