package io.millrace.server.http;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.millrace.server.transport.Binding;
import io.millrace.server.transport.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A socket that speaks HTTP/1.1. */
public final class HttpEndpoint implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final long QUIET_MILLIS = 0;
  private static final long CLOSE_MILLIS = 1_000;

  private final EventLoopGroup threads;
  private final Channel channel;

  private HttpEndpoint(EventLoopGroup threads, Channel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Listens.
   *
   * @param name of its threads
   * @throws IOException if the address cannot be listened on
   */
  public static HttpEndpoint start(
      String name, HttpService service, Binding binding, HttpLimits limits) throws IOException {
    Optional<SslContext> tls = Optional.empty();
    if (binding.tls().isPresent()) {
      tls = Optional.of(ServerTls.context(binding.tls().get()).build());
    }
    DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
    EventLoopGroup threads;
    Class<? extends ServerChannel> type;
    if (Epoll.isAvailable()) {
      threads = new EpollEventLoopGroup(binding.ioThreads(), factory);
      type = EpollServerSocketChannel.class;
    } else {
      threads = new NioEventLoopGroup(binding.ioThreads(), factory);
      type = NioServerSocketChannel.class;
    }
    ChannelFuture bound =
        new ServerBootstrap()
            .group(threads)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new HttpPipeline(service, limits, tls))
            .bind(new InetSocketAddress(binding.host(), binding.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return new HttpEndpoint(threads, bound.channel());
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Takes no more connections; those that there are go on. */
  public void stopAccepting() {
    channel.close().awaitUninterruptibly();
  }

  @Override
  public void close() {
    stopAccepting();
    threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
