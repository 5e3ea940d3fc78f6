package io.millrace.server.bench.load;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMethod;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.millrace.schemas.inference.ModelInferRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server over HTTP/1.1 with binary tensors: connections that are kept, each with one call in
 * flight; calls beyond them wait for a free one. Everything happens on one thread.
 */
public final class HttpTarget implements Target {
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  private final NioEventLoopGroup thread =
      new NioEventLoopGroup(1, new DefaultThreadFactory("load-http", true));
  private final String host;
  private final int port;
  private final String path;
  private final int mostConnections;
  private final List<HttpBody> bodies;

  /** Connections without a call. The event loop's alone, as what follows. */
  private final Deque<Channel> idle = new ArrayDeque<>();

  /** Calls without a connection; as many as the loop that sends lets be in flight. */
  private final Deque<Call> waiting = new ArrayDeque<>();

  private int connections;

  private record Call(int number, Consumer<Outcome> completion) {}

  /**
   * Connects when calls need it.
   *
   * @param address HOST:PORT
   * @param requests of one model, with raw contents
   * @param mostConnections at least 1
   */
  public HttpTarget(String address, List<ModelInferRequest> requests, int mostConnections) {
    int colon = address.lastIndexOf(':');
    this.host = address.substring(0, colon);
    this.port = Integer.parseInt(address.substring(colon + 1));
    this.path = "/v2/models/" + requests.get(0).getModelName() + "/infer";
    this.mostConnections = mostConnections;
    this.bodies = requests.stream().map(HttpBody::of).toList();
  }

  @Override
  public int calls() {
    return bodies.size();
  }

  @Override
  public void send(int call, Consumer<Outcome> completion) {
    thread.execute(
        () -> {
          waiting.add(new Call(call, completion));
          proceed();
        });
  }

  private void proceed() {
    while (!waiting.isEmpty() && !idle.isEmpty()) {
      Channel channel = idle.remove();
      channel.pipeline().get(Connection.class).start(waiting.remove());
    }
    if (!waiting.isEmpty() && connections < mostConnections) {
      connect();
    }
  }

  private void connect() {
    connections++;
    new Bootstrap()
        .group(thread)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec());
                channel.pipeline().addLast(new HttpObjectAggregator(MOST_ANSWER_BYTES));
                channel.pipeline().addLast(new Connection(channel));
              }
            })
        .connect(host, port)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                connections--;
                if (!waiting.isEmpty()) {
                  waiting.remove().completion().accept(Outcome.FAILED);
                  proceed();
                }
              }
            });
  }

  @Override
  public void close() {
    thread.shutdownGracefully();
  }

  private FullHttpRequest request(int call) {
    HttpBody body = bodies.get(call);
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(body.content()));
    request.headers().set("Host", host);
    request.headers().set("Content-Length", body.content().length);
    request.headers().set("Inference-Header-Content-Length", body.jsonBytes());
    return request;
  }

  /** One connection, and its call. */
  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Channel channel;
    private @Nullable Call call;

    Connection(Channel channel) {
      this.channel = channel;
    }

    void start(Call next) {
      call = next;
      channel.writeAndFlush(request(next.number()));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      idle.add(channel);
      proceed();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      idle.add(channel);
      finish(
          switch (response.status().code()) {
            case 200 -> Outcome.ANSWERED;
            case 429, 503 -> Outcome.REFUSED;
            case 504 -> Outcome.EXPIRED;
            default -> Outcome.FAILED;
          });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      connections--;
      idle.remove(channel);
      finish(Outcome.FAILED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    private void finish(Outcome outcome) {
      Call done = call;
      call = null;
      if (done != null) {
        done.completion().accept(outcome);
      }
      proceed();
    }
  }
}
