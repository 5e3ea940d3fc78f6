package io.millrace.flink.inference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses among the model servers: the one with the fewest requests on their way, among equals in
 * turn, so that a slow server gets less. One that is not connected is asked only if none is, and
 * one whose requests keep failing is left alone, but for one request after each pause.
 */
final class ServerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerPool.class);

  /** Requests over which failures are counted, and how many there must be to say anything. */
  private static final int WINDOW = 20;

  private static final int ENOUGH = 5;

  private final List<ServerLink> servers;
  private int turn;

  ServerPool(GrpcSettings settings, ServerChannels channels, LongSupplier nanoClock) {
    this.servers =
        settings.targets().stream()
            .map(
                target ->
                    new ServerLink(
                        channels.connect(target),
                        breaker(target, settings.breaker(), nanoClock),
                        settings.requests().maxPerServer(),
                        nanoClock))
            .toList();
  }

  private static CircuitBreaker breaker(
      String target, GrpcSettings.Breaker settings, LongSupplier nanoClock) {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            target,
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(ENOUGH)
                .failureRateThreshold(settings.failurePercent())
                .waitDurationInOpenState(settings.pause())
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(new NanoClock(nanoClock))
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(
            event ->
                LOG.warn("Model server {}: {}", target, event.getStateTransition().getToState()));
    return breaker;
  }

  /** The clock that the breakers measure their pauses with. */
  private static final class NanoClock extends Clock {
    private final LongSupplier nanos;

    NanoClock(LongSupplier nanos) {
      this.nanos = nanos;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos.getAsLong());
    }

    @Override
    public long millis() {
      return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /**
   * What came of asking for the right to send one request.
   *
   * @param server whom to send it to; null if no server may be sent one now
   * @param full without a server, whether one will take a request when one on its way has ended; if
   *     not, all are left alone
   */
  record Turn(@Nullable ServerLink server, boolean full) {
    private static final Turn FULL = new Turn(null, true);
    private static final Turn ALL_LEFT_ALONE = new Turn(null, false);
  }

  /**
   * Takes the right to send one request; by one thread at a time. Whether a server is full is
   * looked at once: requests end meanwhile, and one that has just got room must not count as one
   * that refused.
   *
   * @param except not this one; null for any
   */
  Turn acquire(@Nullable ServerLink except) {
    int start = turn++;
    Set<ServerLink> out = except == null ? Set.of() : Set.of(except);
    boolean full = false;
    while (true) {
      ServerLink best = null;
      boolean bestConnected = false;
      for (int i = 0; i < servers.size(); i++) {
        ServerLink server = servers.get(Math.floorMod(start + i, servers.size()));
        boolean connected = server.isConnected();
        if (out.contains(server)) {
          continue;
        }
        if (!server.hasRoom()) {
          full |= !server.isOpen();
          continue;
        }
        boolean better =
            best == null
                || (connected && !bestConnected)
                || (connected == bestConnected && server.requests() < best.requests());
        if (better) {
          best = server;
          bestConnected = connected;
        }
      }
      if (best == null) {
        return full ? Turn.FULL : Turn.ALL_LEFT_ALONE;
      }
      if (best.tryAcquire()) {
        return new Turn(best, false);
      }
      // Its breaker said no: the next best.
      out = new HashSet<>(out);
      out.add(best);
    }
  }

  /** Servers that are left alone at present. */
  int open() {
    int open = 0;
    for (ServerLink server : servers) {
      if (server.isOpen()) {
        open++;
      }
    }
    return open;
  }

  @Override
  public void close() {
    servers.forEach(ServerLink::close);
  }
}
