package io.millrace.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.inference.InferenceResponse;
import io.millrace.server.inference.Responder;
import java.util.Map;

/** Answers one request for inference. */
final class HttpResponder implements Responder {
  private static final int OK = 200;
  private static final String OCTETS = "application/octet-stream";

  private final HttpExchange exchange;
  private final JsonFactory factory;
  private final InferRequestReader.Call call;

  HttpResponder(HttpExchange exchange, JsonFactory factory, InferRequestReader.Call call) {
    this.exchange = exchange;
    this.factory = factory;
    this.call = call;
  }

  @Override
  public void complete(InferenceResponse response) {
    InferResponseWriter.Content content;
    try {
      content =
          InferResponseWriter.write(
              factory,
              call.message().getModelName(),
              call.message().getId(),
              response,
              call.form());
    } catch (InferenceException e) {
      exchange.fail(e);
      return;
    }
    if (content.binary().length == 0) {
      exchange.answer(OK, HttpExchange.JSON, Map.of(), content.json());
    } else {
      exchange.answer(
          OK,
          OCTETS,
          Map.of(InferRequestReader.HEADER_LENGTH, Integer.toString(content.json().length)),
          content.json(),
          content.binary());
    }
  }

  @Override
  public void fail(InferenceException failure) {
    exchange.fail(failure);
  }
}
