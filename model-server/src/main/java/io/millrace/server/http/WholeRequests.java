package io.millrace.server.http;

import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;

/** Puts requests together, and says so when one is too large. */
final class WholeRequests extends HttpObjectAggregator {
  private final int most;

  WholeRequests(int most) {
    super(most, true);
    this.most = most;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    context
        .writeAndFlush(
            HttpAnswers.lastRefusal(
                413,
                "the request's content is above the limit of "
                    + most
                    + " bytes; send less at a time, or raise --max-message-bytes"))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
