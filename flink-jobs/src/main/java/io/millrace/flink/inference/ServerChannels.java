package io.millrace.flink.inference;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * One connection to each server. Calls go to them in turn; a server that cannot be reached is
 * passed over while another can.
 *
 * <p>A lost server is tried again every second as long as calls come: by itself gRPC would double
 * the pause up to two minutes, and lists would come from a lower rung for that long after the
 * server is back.
 */
final class ServerChannels implements AutoCloseable {
  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PROBE_TIMEOUT_SECONDS = 5;

  private final List<ManagedChannel> channels;
  private final AtomicLongArray nextReconnect;
  private final LongSupplier nanoClock;
  private final AtomicInteger turn = new AtomicInteger();

  ServerChannels(GrpcSettings settings, LongSupplier nanoClock) {
    this.channels = settings.targets().stream().map(target -> connect(settings, target)).toList();
    this.nextReconnect = new AtomicLongArray(channels.size());
    this.nanoClock = nanoClock;
    for (int i = 0; i < channels.size(); i++) {
      nextReconnect.set(i, nanoClock.getAsLong());
    }
  }

  private static ManagedChannel connect(GrpcSettings settings, String target) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(GrpcSettings.host(target), GrpcSettings.port(target))
            // Answers are only handed on, so they need no thread of their own.
            .directExecutor()
            .maxInboundMessageSize(settings.maxAnswerBytes())
            .keepAliveTime(settings.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(PROBE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .disableRetry();
    return settings.tls() ? builder.useTransportSecurity().build() : builder.usePlaintext().build();
  }

  /** The next connection that is up; without any, one that is not known to be down. */
  ManagedChannel next() {
    int size = channels.size();
    int start = Math.floorMod(turn.getAndIncrement(), size);
    ManagedChannel hopeful = null;
    for (int i = 0; i < size; i++) {
      int index = (start + i) % size;
      ManagedChannel channel = channels.get(index);
      ConnectivityState state = channel.getState(true);
      if (state == ConnectivityState.READY) {
        return channel;
      }
      if (state == ConnectivityState.TRANSIENT_FAILURE) {
        reconnect(index);
      } else if (hopeful == null) {
        hopeful = channel;
      }
    }
    return hopeful == null ? channels.get(start) : hopeful;
  }

  private void reconnect(int index) {
    long now = nanoClock.getAsLong();
    long due = nextReconnect.get(index);
    if (now - due >= 0 && nextReconnect.compareAndSet(index, due, now + RECONNECT_NANOS)) {
      channels.get(index).resetConnectBackoff();
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
