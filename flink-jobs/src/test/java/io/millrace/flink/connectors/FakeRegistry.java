package io.millrace.flink.connectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * A registry of the common API on a free port, with Avro's own compatibility check. It keeps a log
 * of what was asked, and can be told to be overloaded.
 */
final class FakeRegistry implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final List<String> byId = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private final Map<String, String> levels = new HashMap<>();
  final List<String> requests = new ArrayList<>();
  final List<String> authorizations = new ArrayList<>();
  int failuresLeft;
  boolean levelNeedsSubject;
  int refuseAllWith;

  FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  RegistrySettings settings() {
    return RegistrySettings.at("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  synchronized void level(String subject, String level) {
    levels.put(subject, level);
  }

  synchronized String level(String subject) {
    return levels.getOrDefault(subject, "NONE");
  }

  /** Stores a schema's text under the next id, whatever it says. */
  synchronized int store(String text) {
    byId.add(text);
    return byId.size();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    requests.add(method + " " + path);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    byte[] sent = exchange.getRequestBody().readAllBytes();
    JsonNode body = sent.length == 0 ? json.createObjectNode() : json.readTree(sent);
    if (refuseAllWith != 0) {
      answer(exchange, refuseAllWith, Map.of("message", "refused"));
    } else if (failuresLeft > 0) {
      failuresLeft--;
      answer(exchange, 503, Map.of("message", "starting"));
    } else if (path.startsWith("/config/")) {
      config(exchange, method, path.substring("/config/".length()), body);
    } else if (path.startsWith("/schemas/ids/")) {
      byId(exchange, Integer.parseInt(path.substring("/schemas/ids/".length())));
    } else if (path.startsWith("/compatibility/subjects/")) {
      String subject = path.split("/", -1)[3];
      if (subjects.containsKey(subject)) {
        boolean ok = compatible(subject, body.path("schema").asText());
        answer(exchange, 200, Map.of("is_compatible", ok));
      } else {
        answer(exchange, 404, Map.of("message", "no such subject"));
      }
    } else {
      register(exchange, path.split("/", -1)[2], body.path("schema").asText());
    }
  }

  private void config(HttpExchange exchange, String method, String subject, JsonNode body)
      throws IOException {
    if (method.equals("PUT") && !(levelNeedsSubject && !subjects.containsKey(subject))) {
      levels.put(subject, body.path("compatibility").asText());
      answer(exchange, 200, Map.of("compatibility", level(subject)));
    } else if (levels.containsKey(subject)) {
      answer(exchange, 200, Map.of("compatibilityLevel", level(subject)));
    } else {
      answer(exchange, 404, Map.of("message", "no such subject"));
    }
  }

  private void byId(HttpExchange exchange, int id) throws IOException {
    if (id < 1 || id > byId.size()) {
      answer(exchange, 404, Map.of("message", "no such id"));
    } else if (byId.get(id - 1).startsWith("syntax")) {
      answer(exchange, 200, Map.of("schema", byId.get(id - 1), "schemaType", "PROTOBUF"));
    } else {
      answer(exchange, 200, Map.of("schema", byId.get(id - 1)));
    }
  }

  private void register(HttpExchange exchange, String subject, String schema) throws IOException {
    int known = byId.indexOf(schema);
    if (known < 0 && !level(subject).equals("NONE") && !compatible(subject, schema)) {
      answer(exchange, 409, Map.of("message", "field 'age' has no default"));
      return;
    }
    int id = known >= 0 ? known + 1 : store(schema);
    subjects.computeIfAbsent(subject, name -> new ArrayList<>()).add(id);
    answer(exchange, 200, Map.of("id", id));
  }

  private boolean compatible(String subject, String schema) {
    Schema reader = new Schema.Parser().parse(schema);
    return subjects.getOrDefault(subject, List.of()).stream()
        .map(id -> new Schema.Parser().parse(byId.get(id - 1)))
        .allMatch(
            writer ->
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
                    == SchemaCompatibilityType.COMPATIBLE);
  }

  private void answer(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
