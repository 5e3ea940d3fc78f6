package io.millrace.server.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.millrace.server.inference.InferenceException;
import io.millrace.server.protocol.FailureText;
import java.nio.charset.StandardCharsets;

/** Answers as the network takes them. */
final class HttpAnswers {
  private static final int CLIENT_CLOSED_REQUEST = 499;

  private HttpAnswers() {}

  static FullHttpResponse answer(int status, String contentType, byte[]... parts) {
    ByteBuf content = Unpooled.wrappedBuffer(parts);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    return answer;
  }

  /**
   * The start of an answer in parts. Named as not encoded, it is not held back to be compressed.
   */
  static HttpResponse head(int status, String contentType) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.IDENTITY);
    HttpUtil.setTransferEncodingChunked(head, true);
    return head;
  }

  static FullHttpResponse refusal(int status, String message) {
    String json =
        "{\"error\":\""
            + new String(JsonStringEncoder.getInstance().quoteAsString(message))
            + "\"}";
    FullHttpResponse answer =
        answer(status, HttpExchange.JSON, json.getBytes(StandardCharsets.UTF_8));
    if (status == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
      // Seconds, and there is none smaller than this that a client would wait for.
      answer.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
    } else if (status == HttpResponseStatus.UNAUTHORIZED.code()) {
      answer.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return answer;
  }

  /** A refusal after which the connection is closed. */
  static FullHttpResponse lastRefusal(int status, String message) {
    FullHttpResponse answer = refusal(status, message);
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return answer;
  }

  static FullHttpResponse refusal(InferenceException failure) {
    return refusal(status(failure.code()), FailureText.of(failure));
  }

  static int status(InferenceException.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION -> HttpResponseStatus.BAD_REQUEST.code();
      case NOT_FOUND -> HttpResponseStatus.NOT_FOUND.code();
      case RESOURCE_EXHAUSTED, UNAVAILABLE -> HttpResponseStatus.SERVICE_UNAVAILABLE.code();
      case DEADLINE_EXCEEDED -> HttpResponseStatus.GATEWAY_TIMEOUT.code();
      case CANCELLED -> CLIENT_CLOSED_REQUEST;
      case UNAUTHENTICATED -> HttpResponseStatus.UNAUTHORIZED.code();
      case PERMISSION_DENIED -> HttpResponseStatus.FORBIDDEN.code();
      case INTERNAL -> HttpResponseStatus.INTERNAL_SERVER_ERROR.code();
    };
  }
}
