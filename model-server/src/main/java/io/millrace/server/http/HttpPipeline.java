package io.millrace.server.http;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.handler.codec.compression.StandardCompressionOptions;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContentCompressor;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContentDecompressor;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateHandler;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What a connection goes through, from bytes to whole requests, one at a time. */
final class HttpPipeline extends ChannelInitializer<Channel> {
  /** Below this, compressing costs more than it saves. */
  private static final int COMPRESS_FROM_BYTES = 1_024;

  private final HttpService service;
  private final HttpLimits limits;
  private final Optional<SslContext> tls;
  private final AtomicInteger connections = new AtomicInteger();

  HttpPipeline(HttpService service, HttpLimits limits, Optional<SslContext> tls) {
    this.tls = tls;
    this.service = service;
    this.limits = limits;
  }

  @Override
  protected void initChannel(Channel channel) {
    boolean crowded = connections.incrementAndGet() > limits.connections();
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    ChannelPipeline pipeline = channel.pipeline();
    tls.ifPresent(context -> pipeline.addLast(context.newHandler(channel.alloc())));
    pipeline.addLast(new HttpServerCodec());
    if (crowded) {
      channel
          .writeAndFlush(
              HttpAnswers.lastRefusal(
                  503, "too many connections; close some or ask another server"))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    pipeline.addLast(new IdleStateHandler(limits.idleSeconds(), 0, 0));
    pipeline.addLast(new HttpContentDecompressor(false, limits.bodyBytes()));
    pipeline.addLast(
        new HttpContentCompressor(
            COMPRESS_FROM_BYTES,
            StandardCompressionOptions.gzip(),
            StandardCompressionOptions.deflate()));
    pipeline.addLast(new WholeRequests(limits.bodyBytes()));
    pipeline.addLast(new RequestHandler(service));
  }
}
