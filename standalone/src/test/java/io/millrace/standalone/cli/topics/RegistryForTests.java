package io.millrace.standalone.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of a schema registry as it takes to write and read records; it checks nothing. */
public final class RegistryForTests implements AutoCloseable {
  private static final String BY_ID = "/schemas/ids/";

  private final ObjectMapper json = new ObjectMapper();
  private final List<String> schemas = new ArrayList<>();
  private final HttpServer server;

  public RegistryForTests() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    JsonNode sent = json.readTree(exchange.getRequestBody().readAllBytes());
    Map<String, ?> answer;
    if (path.startsWith(BY_ID)) {
      answer = Map.of("schema", schemas.get(Integer.parseInt(path.substring(BY_ID.length())) - 1));
    } else if (path.startsWith("/config/")) {
      answer = Map.of("compatibilityLevel", "BACKWARD");
    } else {
      answer = Map.of("id", id(sent.path("schema").asText()));
    }
    byte[] bytes = json.writeValueAsBytes(answer);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int id(String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return schemas.indexOf(schema) + 1;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
