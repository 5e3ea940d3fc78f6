package io.millrace.flink.inference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.millrace.flink.inference.RecommendFailure.Reason;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One model server: its connection, the requests on their way to it, and whether it is worth
 * asking.
 *
 * <p>A lost server is tried again every second as long as calls come: by itself gRPC would double
 * the pause up to two minutes, and lists would come from a lower rung for that long after the
 * server is back.
 */
final class ServerLink {
  private static final long RECONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A request with less time than this may run out of it on a server that is well. */
  private static final long FAIR_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** What is told to the breaker; it only counts. */
  private static final RecommendFailure FAILED =
      new RecommendFailure(Reason.UNAVAILABLE, "counted as failed");

  private final ManagedChannel channel;
  private final CircuitBreaker breaker;
  private final int maxRequests;
  private final LongSupplier nanoClock;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong nextReconnect;

  ServerLink(
      ManagedChannel channel, CircuitBreaker breaker, int maxRequests, LongSupplier nanoClock) {
    this.channel = channel;
    this.breaker = breaker;
    this.maxRequests = maxRequests;
    this.nanoClock = nanoClock;
    this.nextReconnect = new AtomicLong(nanoClock.getAsLong());
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Requests on their way. */
  int requests() {
    return requests.get();
  }

  boolean hasRoom() {
    return requests.get() < maxRequests;
  }

  /** Whether it is left alone at present because too much failed. */
  boolean isOpen() {
    return breaker.getState() == State.OPEN;
  }

  /** Whether the connection is up; has one made, or made again, if it is not. */
  boolean isConnected() {
    ConnectivityState state = channel.getState(true);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      reconnect();
    }
    return state == ConnectivityState.READY;
  }

  private void reconnect() {
    long now = nanoClock.getAsLong();
    long due = nextReconnect.get();
    if (now - due >= 0 && nextReconnect.compareAndSet(due, now + RECONNECT_NANOS)) {
      channel.resetConnectBackoff();
    }
  }

  /** Takes the right to send one request, which {@link #ended} or {@link #unused} gives back. */
  boolean tryAcquire() {
    if (!breaker.tryAcquirePermission()) {
      return false;
    }
    requests.incrementAndGet();
    return true;
  }

  /** Nothing was sent. */
  void unused() {
    requests.decrementAndGet();
    breaker.releasePermission();
  }

  /**
   * A request has ended. Only what speaks against the server counts against it: a refusal, also one
   * for being full, is an answer; a request without time left was never going to get one.
   *
   * @param failure why no answer came; null if one did
   * @param cancelled whether nobody wanted the answer any more
   * @param grantedNanos the time that it was given
   * @param tookNanos the time that it took
   */
  void ended(@Nullable Reason failure, boolean cancelled, long grantedNanos, long tookNanos) {
    requests.decrementAndGet();
    if (cancelled || (failure == Reason.DEADLINE && grantedNanos < FAIR_NANOS)) {
      breaker.releasePermission();
    } else if (failure == null || failure == Reason.OVERLOADED || failure == Reason.REJECTED) {
      breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
    } else {
      breaker.onError(tookNanos, TimeUnit.NANOSECONDS, FAILED);
    }
  }

  void close() {
    channel.shutdownNow();
  }
}
