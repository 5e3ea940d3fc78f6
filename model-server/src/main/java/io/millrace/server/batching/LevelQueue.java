package io.millrace.server.batching;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one priority level that wait. Not safe for several threads.
 *
 * <p>They leave in order of arrival as long as that answers them in time. When the first has hardly
 * more time left than a batch takes, the line is longer than its deadlines: in order of arrival
 * every answer would then come at the last moment or just after it. So the last to come leave
 * first, with all of their time, and those that cannot be answered any more expire.
 *
 * @param <R> the kind of request
 */
final class LevelQueue<R extends QueuedRequest> {
  /**
   * How soon a search for dead requests that found none is not repeated. Under overload every
   * arrival finds the queue full; searching it each time would cost more than refusing does.
   */
  static final long SEARCH_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** In order of arrival. */
  private final Deque<R> waiting = new ArrayDeque<>();

  /** Those that waited too long where that only puts them behind the others; in that order. */
  private final Deque<R> delayed = new ArrayDeque<>();

  /** Batches that the first in line must have time for, or the line is too long. */
  private static final int BATCHES_OF_TIME = 2;

  private final QueuePolicy policy;
  private final long maxWaitNanos;

  /** Of the request that {@link #next} gave. */
  private QueuePlace place = QueuePlace.FIRST;

  private int passedOver;
  private long searchedInVain;
  private boolean everSearchedInVain;

  LevelQueue(QueuePolicy policy) {
    this.policy = policy;
    this.maxWaitNanos = policy.maxWait().toNanos();
  }

  int size() {
    return waiting.size() + delayed.size();
  }

  boolean isFull() {
    return size() >= policy.capacity();
  }

  void add(R request) {
    waiting.add(request);
  }

  /** Puts back what {@link #next} and {@link #take} have given, the latest of them first. */
  void putBack(R request, QueuePlace from) {
    switch (from) {
      case FIRST -> waiting.addFirst(request);
      case LAST -> waiting.addLast(request);
      case DELAYED -> delayed.addFirst(request);
    }
  }

  /** Where the request stands that {@link #next} gave. */
  QueuePlace place() {
    return place;
  }

  /**
   * The next request that is alive; dead ones before it are moved to the list. Null if none.
   *
   * @param needed nanoseconds to answer one; with less time left it is dead
   */
  @Nullable R next(long now, long needed, List<R> dead) {
    while (true) {
      Deque<R> queue = waiting.isEmpty() ? delayed : waiting;
      R head = queue.peek();
      if (head == null) {
        return null;
      }
      if (isDead(head, now, needed)) {
        dead.add(queue.remove());
      } else if (queue == waiting && policy.delays() && hasWaitedTooLong(head, now)) {
        delayed.add(waiting.remove());
      } else if (queue == waiting
          && isTooLong(head, now, needed)
          && hasDeadline(waiting.getLast())) {
        R last = waiting.getLast();
        if (!isDead(last, now, needed)) {
          place = QueuePlace.LAST;
          return last;
        }
        dead.add(waiting.removeLast());
      } else {
        place = queue == waiting ? QueuePlace.FIRST : QueuePlace.DELAYED;
        return head;
      }
    }
  }

  /** Whether the line is, by the first in it. */
  private static boolean isTooLong(QueuedRequest first, long now, long needed) {
    return hasDeadline(first) && now + BATCHES_OF_TIME * needed - first.deadlineNanos() >= 0;
  }

  /** One that has none can wait, and does not leave before those that cannot. */
  private static boolean hasDeadline(QueuedRequest request) {
    return request.deadlineNanos() != Long.MAX_VALUE;
  }

  /** Takes what {@link #next} gave. */
  R take() {
    return switch (place) {
      case FIRST -> waiting.remove();
      case LAST -> waiting.removeLast();
      case DELAYED -> delayed.remove();
    };
  }

  boolean isEmpty() {
    return waiting.isEmpty() && delayed.isEmpty();
  }

  /** Nanoseconds since the first in line came; not for an empty queue. */
  long headWaited(long now) {
    R head = delayed.isEmpty() ? waiting.element() : delayed.element();
    return now - head.arrivalNanos();
  }

  /** Moves every dead request to the list, unless there were none a moment ago. */
  void removeDead(long now, List<R> dead) {
    if (everSearchedInVain && now - searchedInVain < SEARCH_PAUSE_NANOS) {
      return;
    }
    int before = dead.size();
    waiting.removeIf(request -> isDead(request, now, 0) && dead.add(request));
    delayed.removeIf(request -> isDead(request, now, 0) && dead.add(request));
    if (dead.size() == before) {
      searchedInVain = now;
      everSearchedInVain = true;
    }
  }

  /** Moves every request to the list. */
  void removeAll(List<R> removed) {
    removed.addAll(waiting);
    removed.addAll(delayed);
    waiting.clear();
    delayed.clear();
  }

  /** A batch was formed; notes whether requests that wait here were all passed over. */
  void batchFormed(boolean tookAny) {
    passedOver = tookAny || isEmpty() ? 0 : passedOver + 1;
  }

  /** Batches since this level had its turn, while requests waited. */
  int passedOver() {
    return passedOver;
  }

  private boolean isDead(R request, long now, long needed) {
    return request.isAbandoned()
        || (hasDeadline(request) && now + needed - request.deadlineNanos() >= 0)
        || (!policy.delays() && hasWaitedTooLong(request, now));
  }

  private boolean hasWaitedTooLong(R request, long now) {
    return maxWaitNanos > 0 && now - request.arrivalNanos() >= maxWaitNanos;
  }
}
