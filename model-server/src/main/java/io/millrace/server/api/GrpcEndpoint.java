package io.millrace.server.api;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.millrace.server.access.AccessPolicy;
import io.millrace.server.calls.CallRecords;
import io.millrace.server.transport.Binding;
import io.millrace.server.transport.ServerTls;
import io.millrace.server.transport.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** The socket: a gRPC server whose transport threads run the calls themselves. */
public final class GrpcEndpoint implements AutoCloseable {
  private static final long QUIET_MILLIS = 0;
  private static final long CLOSE_MILLIS = 1_000;

  private final EventLoopGroup threads;
  private final Server server;

  private GrpcEndpoint(EventLoopGroup threads, Server server) {
    this.threads = threads;
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param access decides about every call but those for health
   * @param records keeps what is written down about calls
   * @param maxMessageBytes requests above this are refused
   * @throws IOException if the address cannot be listened on
   */
  public static GrpcEndpoint start(
      InferenceService service,
      AccessPolicy access,
      CallRecords records,
      Binding binding,
      int maxMessageBytes)
      throws IOException {
    DefaultThreadFactory factory = new DefaultThreadFactory("grpc", true);
    EventLoopGroup threads;
    Class<? extends ServerChannel> channel;
    if (Epoll.isAvailable()) {
      threads = new EpollEventLoopGroup(binding.ioThreads(), factory);
      channel = EpollServerSocketChannel.class;
    } else {
      threads = new NioEventLoopGroup(binding.ioThreads(), factory);
      channel = NioServerSocketChannel.class;
    }
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(binding.host(), binding.port()))
            .channelType(channel)
            .bossEventLoopGroup(threads)
            .workerEventLoopGroup(threads)
            // Calls never block, so handing them to another thread would only cost a wake-up.
            .directExecutor()
            .maxInboundMessageSize(maxMessageBytes)
            .decompressorRegistry(MirroredCompression.decompressors())
            .compressorRegistry(MirroredCompression.compressors())
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .addService(service)
            .intercept(new MirroredCompression())
            // The last one is asked first.
            .intercept(new AccessInterceptor(access))
            .intercept(new ObservedCalls(records));
    try {
      if (binding.tls().isPresent()) {
        builder.sslContext(tls(binding.tls().get()));
      }
      return new GrpcEndpoint(threads, builder.build().start());
    } catch (IOException e) {
      threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      throw e;
    }
  }

  private static SslContext tls(TlsFiles files) throws SSLException {
    return GrpcSslContexts.configure(ServerTls.context(files)).build();
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls, and returns when those in flight have ended, or after the time. */
  public void stop(Duration atMost) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      server.shutdownNow();
    }
  }

  /** Returns when the server has stopped. */
  public void awaitStop() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() {
    server.shutdownNow();
    threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
