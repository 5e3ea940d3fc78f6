package io.millrace.server.inference;

import java.util.concurrent.CompletableFuture;

/**
 * How many need something. Once it is to go, nobody else may have it, and who does is waited for.
 */
public final class Holds {
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /** Guarded by this. */
  private int holders;

  /** It is to go; guarded by this. */
  private boolean ended;

  /**
   * One more needs it.
   *
   * @return false if it is to go; nothing is held then
   */
  public synchronized boolean take() {
    if (!ended) {
      holders++;
    }
    return !ended;
  }

  /** What one {@link #take} began is over. */
  public void release() {
    boolean last;
    synchronized (this) {
      holders--;
      last = ended && holders == 0;
    }
    if (last) {
      released.complete(null);
    }
  }

  /** How many hold it now. */
  public synchronized int count() {
    return holders;
  }

  /**
   * Lets nobody else hold it.
   *
   * @return done when nobody does
   */
  public CompletableFuture<Void> end() {
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
