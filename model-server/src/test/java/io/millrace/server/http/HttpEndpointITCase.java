package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.transport.Binding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The socket: what is on the network before and after the protocol's resources. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class HttpEndpointITCase {
  private static final String HOST = "127.0.0.1";
  private static final int MOST_CONNECTIONS = 3;
  private static final int MOST_BYTES = 64 * 1024;
  private static final String REQUEST =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[%d]}]}";

  @RegisterExtension static final HttpTinyModels SERVED = new HttpTinyModels();

  private HttpEndpoint endpoint;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    endpoint =
        HttpEndpoint.start(
            "http",
            SERVED.service(),
            new Binding(HOST, 0, 1, Optional.empty()),
            new HttpLimits(MOST_BYTES, MOST_CONNECTIONS, 60));
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private HttpRequest.Builder infer() {
    return HttpRequest.newBuilder(
        URI.create("http://" + HOST + ":" + endpoint.port() + "/v2/models/affine/infer"));
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getByName(HOST), endpoint.port());
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void gzipGoesInAndGzipComesOut() throws Exception {
    String zeros = "0,".repeat(2_000) + "0";
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2001],\"datatype\":\"FP32\",\"data\":["
            + zeros
            + "]}]}";
    HttpResponse<byte[]> answer =
        client.send(
            infer()
                .header("Content-Encoding", "gzip")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(json.getBytes(StandardCharsets.UTF_8))))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(new String(unzipped.readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"data\":[1.0,1.0,");
    }
  }

  @Test
  void whatUnpacksToTooMuchIsRefused() throws Exception {
    HttpResponse<String> answer =
        client.send(
            infer()
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(new byte[50 * MOST_BYTES])))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isBetween(400, 413);
  }

  @Test
  void contentAboveTheLimitIsRefusedBeforeItIsSent() throws Exception {
    try (Socket socket = connect()) {
      send(
          socket,
          "POST /v2/models/affine/infer HTTP/1.1\r\nHost: h\r\nContent-Length: "
              + (MOST_BYTES + 1)
              + "\r\n\r\n");
      assertThat(rest(socket))
          .startsWith("HTTP/1.1 413 ")
          .contains("above the limit of " + MOST_BYTES + " bytes");
    }
  }

  @Test
  void unknownEncodingsAreRefusedByName() throws Exception {
    HttpResponse<String> answer =
        client.send(
            infer().header("Content-Encoding", "lzma").POST(BodyPublishers.ofString("{}")).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).contains("Content-Encoding 'lzma' is not supported");
  }

  @Test
  void answersKeepTheOrderOfPipelinedRequests() throws Exception {
    StringBuilder requests = new StringBuilder();
    int count = 50;
    for (int i = 0; i < count; i++) {
      String json = String.format(REQUEST, i);
      requests
          .append("POST /v2/models/affine/infer HTTP/1.1\r\nHost: h\r\n")
          .append(i == count - 1 ? "Connection: close\r\n" : "")
          .append("Content-Length: ")
          .append(json.length())
          .append("\r\n\r\n")
          .append(json);
    }
    try (Socket socket = connect()) {
      send(socket, requests.toString());
      String answers = rest(socket);
      int at = 0;
      for (int i = 0; i < count; i++) {
        at = answers.indexOf("\"data\":[" + (2f * i + 1) + "]", at);
        assertThat(at).as("answer %d", i).isNotNegative();
      }
    }
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "EHLO there\r\n\r\n");
      assertThat(rest(socket)).startsWith("HTTP/1.1 400 ").contains("this is not HTTP");
    }
  }

  @Test
  void connectionsAboveTheLimitAreRefusedAndRoomComesBack() throws Exception {
    Socket[] held = new Socket[MOST_CONNECTIONS];
    for (int i = 0; i < held.length; i++) {
      held[i] = connect();
      send(held[i], "GET /v2/health/live HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(held[i].getInputStream().read()).isEqualTo('H');
    }
    try (Socket crowded = connect()) {
      assertThat(rest(crowded))
          .startsWith("HTTP/1.1 503 ")
          .containsIgnoringCase("retry-after: 1")
          .contains("too many connections");
    }
    send(held[0], "GET /v2/health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    rest(held[0]);
    held[0].close();
    HttpResponse<String> answer = null;
    int n = 0;
    while (answer == null || answer.statusCode() == 503) {
      // The server sees the end of the connection a moment after the client.
      answer =
          client.send(
              infer().POST(BodyPublishers.ofString(String.format(REQUEST, 1))).build(),
              BodyHandlers.ofString());
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    held[1].close();
    held[2].close();
  }
}
