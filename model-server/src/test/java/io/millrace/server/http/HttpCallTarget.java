package io.millrace.server.http;

import io.millrace.server.fuzz.Corpus;
import io.millrace.server.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Requests to the protocol's resources: a line with the path, one with the length of the JSON (or
 * none), and the content.
 */
public final class HttpCallTarget implements FuzzTarget {
  private static final int SERVER_ERROR = 500;
  private static final int BAD_REQUEST = 400;

  private final HttpTinyModels served = new HttpTinyModels();

  /** Loads the models. */
  public HttpCallTarget() {
    served.load();
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<byte[]> corpus() {
    return Corpus.files("http");
  }

  @Override
  public Outcome feed(byte[] input) throws Exception {
    int path = lineEnd(input, 0);
    int length = lineEnd(input, Math.min(path + 1, input.length));
    byte[] body = Arrays.copyOfRange(input, Math.min(length + 1, input.length), input.length);
    String target = text(input, 0, path);
    FakeExchange exchange =
        body.length == 0 ? FakeExchange.get(target) : FakeExchange.post(target, body);
    if (length > path + 1) {
      exchange.with(InferRequestReader.HEADER_LENGTH, text(input, path + 1, length));
    }
    FakeExchange.Answer answer = exchange.from(served.service());
    if (answer.status() == SERVER_ERROR) {
      throw new AssertionError(new String(answer.content(), StandardCharsets.UTF_8));
    }
    return answer.status() < BAD_REQUEST ? Outcome.ANSWERED : Outcome.REFUSED;
  }

  private static int lineEnd(byte[] input, int from) {
    int at = from;
    while (at < input.length && input[at] != '\n') {
      at++;
    }
    return at;
  }

  private static String text(byte[] input, int from, int to) {
    return new String(input, from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    served.close();
  }
}
