package io.millrace.server.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.millrace.server.fuzz.Corpus;
import io.millrace.server.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bytes of a connection, through everything that makes requests of them. */
public final class HttpWireTarget implements FuzzTarget {
  private static final HttpLimits LIMITS = new HttpLimits(64 * 1024, 16, 60);
  private static final String OK = "HTTP/1.1 200";

  @Override
  public String name() {
    return "wire";
  }

  /** As they are sent: the corpus has plain line ends in its headers. */
  @Override
  public List<byte[]> corpus() {
    return Corpus.files("wire").stream()
        .map(
            file ->
                new String(file, StandardCharsets.ISO_8859_1)
                    .replace("\n", "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Override
  public Outcome feed(byte[] input) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel
        .pipeline()
        .addLast(
            new HttpPipeline(
                exchange ->
                    exchange.answer(200, HttpExchange.JSON, Map.of(), exchange.body().clone()),
                LIMITS,
                Optional.empty()));
    try {
      channel.writeInbound(channel.alloc().directBuffer().writeBytes(input));
      channel.runPendingTasks();
      StringBuilder begin = new StringBuilder();
      for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        if (begin.isEmpty() && out instanceof ByteBuf bytes) {
          begin.append(bytes.toString(StandardCharsets.ISO_8859_1));
        }
        ReferenceCountUtil.release(out);
      }
      return begin.toString().startsWith(OK) ? Outcome.ANSWERED : Outcome.REFUSED;
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  @Override
  public void close() {}
}
