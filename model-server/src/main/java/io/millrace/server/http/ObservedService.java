package io.millrace.server.http;

import io.millrace.server.calls.CallRecord;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.inference.InferenceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps a record of every request but those for health, which are made all the time. */
public final class ObservedService implements HttpService {
  private static final int FIRST_FAILURE = 400;
  private static final int SERVER_FAILED = 500;

  private final CallRecords records;
  private final HttpService observed;

  /** In front of that service. */
  public ObservedService(CallRecords records, HttpService observed) {
    this.records = records;
    this.observed = observed;
  }

  @Override
  public void serve(HttpExchange exchange) {
    if (!records.wanted() || isHealth(exchange)) {
      observed.serve(exchange);
      return;
    }
    CallRecord record =
        records.begin(
            "http", exchange.method() + ' ' + exchange.path(), exchange.header("traceparent"));
    record.received(exchange.body().length);
    try {
      observed.serve(new ObservedExchange(exchange, record));
    } catch (InferenceException e) {
      end(record, HttpAnswers.status(e.code()));
      throw e;
    } catch (RuntimeException e) {
      end(record, SERVER_FAILED);
      throw e;
    }
  }

  private static boolean isHealth(HttpExchange exchange) {
    try {
      return GuardedService.isHealth(Resource.segments(exchange.path()));
    } catch (InferenceException e) {
      // A path that nobody can read; who serves it will say so.
      return false;
    }
  }

  private static void end(CallRecord record, int status) {
    record.end(Integer.toString(status), status >= FIRST_FAILURE);
  }

  /** Passes everything on, and notes how it ends. */
  private record ObservedExchange(HttpExchange exchange, CallRecord call) implements HttpExchange {
    @Override
    public String method() {
      return exchange.method();
    }

    @Override
    public String path() {
      return exchange.path();
    }

    @Override
    public @Nullable String header(String name) {
      return exchange.header(name);
    }

    @Override
    public byte[] body() {
      return exchange.body();
    }

    @Override
    public boolean isCancelled() {
      return exchange.isCancelled();
    }

    @Override
    public @Nullable CallRecord record() {
      return call;
    }

    @Override
    public void answer(
        int status, String contentType, Map<String, String> headers, byte[]... parts) {
      exchange.answer(status, contentType, headers, parts);
      for (byte[] part : parts) {
        call.sent(part.length);
      }
      end(call, status);
    }

    @Override
    public HttpParts begin(int status, String contentType) {
      return new ObservedParts(exchange.begin(status, contentType), call, status);
    }

    @Override
    public void fail(InferenceException failure) {
      exchange.fail(failure);
      end(call, HttpAnswers.status(failure.code()));
    }
  }

  /** The parts of an answer, which has ended when the last of them is sent. */
  private record ObservedParts(HttpParts parts, CallRecord call, int status) implements HttpParts {
    @Override
    public void send(byte[] part) {
      parts.send(part);
      call.sent(part.length);
    }

    @Override
    public void end() {
      parts.end();
      ObservedService.end(call, status);
    }
  }
}
