package io.millrace.server.repository;

import java.util.concurrent.CompletableFuture;

/** How many hold a version. Once it is to go, nobody else may, and who does is waited for. */
final class VersionHolds {
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /** Guarded by this. */
  private int holders;

  /** Nobody else may hold the version; guarded by this. */
  private boolean ended;

  /**
   * Holds the version.
   *
   * @return false if it is to go; nothing is held then
   */
  synchronized boolean take() {
    if (!ended) {
      holders++;
    }
    return !ended;
  }

  /** What one {@link #take} began is over. */
  void release() {
    boolean last;
    synchronized (this) {
      holders--;
      last = ended && holders == 0;
    }
    if (last) {
      released.complete(null);
    }
  }

  /**
   * Lets nobody else hold the version.
   *
   * @return done when nobody does
   */
  CompletableFuture<Void> end() {
    boolean free;
    synchronized (this) {
      ended = true;
      free = holders == 0;
    }
    if (free) {
      released.complete(null);
    }
    return released;
  }
}
