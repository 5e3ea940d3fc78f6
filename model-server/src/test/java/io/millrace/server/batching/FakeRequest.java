package io.millrace.server.batching;

import org.jspecify.annotations.Nullable;

/** A request that remembers what became of it. */
final class FakeRequest implements QueuedRequest {
  final String name;
  int rows = 1;
  long arrival;
  long deadline = Long.MAX_VALUE;
  boolean abandoned;
  @Nullable Rejection rejected;
  @Nullable Throwable failed;
  int answers;
  int priority;

  FakeRequest(String name, long arrival) {
    this.name = name;
    this.arrival = arrival;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public long arrivalNanos() {
    return arrival;
  }

  @Override
  public long deadlineNanos() {
    return deadline;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public boolean isAbandoned() {
    return abandoned;
  }

  @Override
  public void reject(Rejection why) {
    rejected = why;
  }

  @Override
  public void fail(Throwable cause) {
    failed = cause;
  }

  @Override
  public String toString() {
    return name;
  }
}
