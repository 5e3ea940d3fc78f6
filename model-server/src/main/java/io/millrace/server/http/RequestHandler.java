package io.millrace.server.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderValues;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateEvent;
import io.millrace.server.inference.InferenceException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the requests of one connection to the service, one after the other. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final HttpService service;

  /** Whether a request waits for its answer. Only used on the connection's own thread. */
  private boolean busy;

  /**
   * Requests that came before the one ahead of them was answered, as answers keep their order.
   * Nothing more is read while there are any, so they are no more than one read had.
   */
  private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();

  RequestHandler(HttpService service) {
    this.service = service;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (busy) {
      waiting.add(request.retain());
      context.channel().config().setAutoRead(false);
    } else {
      start(context, request);
    }
  }

  private void startNext(ChannelHandlerContext context) {
    FullHttpRequest next = waiting.poll();
    if (next != null) {
      try {
        start(context, next);
      } finally {
        next.release();
      }
    }
    if (waiting.isEmpty()) {
      context.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
  }

  private void start(ChannelHandlerContext context, FullHttpRequest request) {
    busy = true;
    Exchange exchange = new Exchange(context, request);
    if (request.decoderResult().isFailure()) {
      exchange.closeAfterwards();
      exchange.send(
          HttpAnswers.refusal(400, "this is not HTTP: " + request.decoderResult().cause()));
      return;
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding)) {
      exchange.send(
          HttpAnswers.refusal(
              415, "Content-Encoding '" + encoding + "' is not supported; use gzip or deflate"));
      return;
    }
    try {
      service.serve(exchange);
    } catch (InferenceException e) {
      exchange.fail(e);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", request.method(), request.uri(), e);
      exchange.fail(
          new InferenceException(
              InferenceException.Code.INTERNAL, "the server failed; its log says why: " + e));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && !busy) {
      context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("a connection broke", cause);
      context.close();
      return;
    }
    LOG.debug("a connection sent what cannot be read", cause);
    context
        .writeAndFlush(
            HttpAnswers.lastRefusal(400, "the request cannot be read: " + cause.getMessage()))
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** One request of the connection. */
  private final class Exchange implements HttpExchange {
    private final ChannelHandlerContext context;
    private final String method;
    private final String uri;
    private final FullHttpRequest request;
    private final byte[] body;
    private boolean keepAlive;

    Exchange(ChannelHandlerContext context, FullHttpRequest request) {
      this.context = context;
      this.method = request.method().name();
      this.uri = request.uri();
      this.request = request;
      this.body = ByteBufUtil.getBytes(request.content());
      this.keepAlive = HttpUtil.isKeepAlive(request);
    }

    void closeAfterwards() {
      keepAlive = false;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public String path() {
      int query = uri.indexOf('?');
      return query < 0 ? uri : uri.substring(0, query);
    }

    @Override
    public @Nullable String header(String name) {
      return request.headers().get(name);
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public boolean isCancelled() {
      return !context.channel().isActive();
    }

    @Override
    public void answer(
        int status, String contentType, Map<String, String> headers, byte[]... parts) {
      FullHttpResponse answer = HttpAnswers.answer(status, contentType, parts);
      headers.forEach(answer.headers()::set);
      send(answer);
    }

    @Override
    public HttpParts begin(int status, String contentType) {
      HttpResponse head = HttpAnswers.head(status, contentType);
      HttpUtil.setKeepAlive(head, keepAlive);
      inOrder(() -> context.writeAndFlush(head));
      return new HttpParts() {
        @Override
        public void send(byte[] part) {
          inOrder(
              () -> context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part))));
        }

        @Override
        public void end() {
          inOrder(() -> written(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)));
        }
      };
    }

    private void inOrder(Runnable write) {
      if (context.executor().inEventLoop()) {
        write.run();
      } else {
        context.executor().execute(write);
      }
    }

    @Override
    public void fail(InferenceException failure) {
      send(HttpAnswers.refusal(failure));
    }

    void send(FullHttpResponse answer) {
      inOrder(() -> write(answer));
    }

    private void write(FullHttpResponse answer) {
      HttpUtil.setKeepAlive(answer, keepAlive);
      written(context.writeAndFlush(answer));
    }

    private void written(ChannelFuture written) {
      busy = false;
      if (!keepAlive) {
        written.addListener(ChannelFutureListener.CLOSE);
      } else if (!waiting.isEmpty()) {
        busy = true;
        context.executor().execute(() -> startNext(context));
      }
    }
  }
}
