package io.millrace.server.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests of all priority levels that wait, and the next batch out of them. Not safe for several
 * threads.
 *
 * <p>A batch is filled from the highest level down. A level whose requests were passed over by
 * {@link #MOST_PASSES} batches in a row begins the next one: so the lowest level has at least that
 * share of the batches however much comes above it, and nobody starves.
 *
 * @param <R> the kind of request
 */
final class RequestQueue<R extends QueuedRequest> {
  /** Batches that may pass a level over while requests wait there. */
  static final int MOST_PASSES = 15;

  /**
   * A batch is to take at most this part of the time that its first request has in all. Under
   * overload the head of the queue is about to expire: a batch as long as its deadline is then late
   * as a whole as soon as it takes a little longer than expected.
   */
  static final int BATCHES_IN_DEADLINE = 4;

  /**
   * A request may stand in line for this part of the time that it has. The batches that are being
   * computed when its turn comes and its own take the rest.
   */
  static final int LINES_IN_DEADLINE = 2;

  /** Fewer rows than this are not worth a batch of their own, however slow the model is. */
  static final int LEAST_ROWS = 8;

  private final BatchingLimits limits;
  private final Composition<R> composition;
  private final List<LevelQueue<R>> levels = new ArrayList<>();

  /** Sum of the rows of the requests that wait, of each level. */
  private final int[] rows;

  /** Where each request of the batch being formed came from. */
  private final List<LevelQueue<R>> sources = new ArrayList<>();

  private final List<QueuePlace> places = new ArrayList<>();

  RequestQueue(BatchingLimits limits, Composition<R> composition) {
    this.limits = limits;
    this.composition = composition;
    for (QueuePolicy policy : limits.levels()) {
      levels.add(new LevelQueue<>(policy));
    }
    this.rows = new int[levels.size()];
  }

  /**
   * Takes a request if its level has room and it can be answered in time; to make room, dead ones
   * are moved to the list.
   *
   * @return null if it was taken
   */
  @Nullable Rejection add(R request, long now, ExpectedWait wait, List<R> dead) {
    int index = level(request);
    LevelQueue<R> level = levels.get(index);
    if (level.isFull()) {
      int before = dead.size();
      level.removeDead(now, dead);
      removed(dead, before);
    }
    if (level.isFull()) {
      return Rejection.QUEUE_FULL;
    }
    if (comesTooLate(request, now, wait)) {
      return Rejection.LINE_TOO_LONG;
    }
    level.add(request);
    rows[index] += request.rows();
    return null;
  }

  /** Whether those that leave before it, were all of them computed, would take most of its time. */
  private boolean comesTooLate(R request, long now, ExpectedWait wait) {
    long left = request.deadlineNanos() - now;
    if (request.deadlineNanos() == Long.MAX_VALUE || left <= 0) {
      return false;
    }
    int ahead = 0;
    for (int i = 0; i <= level(request); i++) {
      ahead += rows[i];
    }
    return wait.nanos(ahead) > left / LINES_IN_DEADLINE;
  }

  /** Index of the level that it waits at. */
  private int level(R request) {
    int named = request.priority();
    return (named < 1 || named > levels.size() ? limits.defaultLevel() : named) - 1;
  }

  private void removed(List<R> requests, int from) {
    for (R request : requests.subList(from, requests.size())) {
      rows[level(request)] -= request.rows();
    }
  }

  boolean isEmpty() {
    for (LevelQueue<R> level : levels) {
      if (!level.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Requests that wait. */
  int size() {
    int size = 0;
    for (LevelQueue<R> level : levels) {
      size += level.size();
    }
    return size;
  }

  /** Rows that wait. */
  int rows() {
    int sum = 0;
    for (int ofLevel : rows) {
      sum += ofLevel;
    }
    return sum;
  }

  /** How long the request at the head of a level has waited, the longest of them. */
  long longestWait(long now) {
    long longest = 0;
    for (LevelQueue<R> level : levels) {
      if (!level.isEmpty()) {
        longest = Math.max(longest, level.headWaited(now));
      }
    }
    return longest;
  }

  /** Takes everything out. */
  List<R> removeAll() {
    List<R> removed = new ArrayList<>();
    levels.forEach(level -> level.removeAll(removed));
    Arrays.fill(rows, 0);
    return removed;
  }

  /**
   * Moves the next batch, and the dead requests found on the way, to the lists.
   *
   * @param expected a request with less time left than a batch takes is dead
   */
  void formBatch(long now, ExpectedDuration expected, List<R> batch, List<R> dead) {
    sources.clear();
    places.clear();
    LevelQueue<R> first = starving();
    boolean open = first == null || fill(first, now, expected, batch, dead);
    for (int i = 0; open && i < levels.size(); i++) {
      open = fill(levels.get(i), now, expected, batch, dead);
    }
    cutToPreferred(batch);
    removed(dead, 0);
    removed(batch, 0);
    if (!batch.isEmpty()) {
      for (LevelQueue<R> level : levels) {
        level.batchFormed(sources.contains(level));
      }
    }
  }

  private @Nullable LevelQueue<R> starving() {
    for (int i = levels.size() - 1; i > 0; i--) {
      if (levels.get(i).passedOver() >= MOST_PASSES) {
        return levels.get(i);
      }
    }
    return null;
  }

  /** Whether more may join, from another level. */
  private boolean fill(
      LevelQueue<R> level, long now, ExpectedDuration expected, List<R> batch, List<R> dead) {
    long needed = expected.nanos();
    int filled = QueuedRequest.rows(batch);
    for (R next = level.next(now, needed, dead);
        next != null;
        next = level.next(now, needed, dead)) {
      boolean joins =
          batch.isEmpty()
              || (limits.acrossRequests()
                  && filled + next.rows() <= mostRows(batch.get(0), expected)
                  && composition.mayJoin(batch.get(0), next));
      if (!joins) {
        return false;
      }
      places.add(level.place());
      batch.add(level.take());
      sources.add(level);
      filled += next.rows();
    }
    return true;
  }

  private int mostRows(R first, ExpectedDuration expected) {
    long deadline = first.deadlineNanos();
    if (deadline == Long.MAX_VALUE) {
      return limits.maxRows();
    }
    long budget = (deadline - first.arrivalNanos()) / BATCHES_IN_DEADLINE;
    return Math.min(limits.maxRows(), Math.max(LEAST_ROWS, expected.rowsWithin(budget)));
  }

  /** Puts back what is beyond the largest preferred size that the batch reaches exactly. */
  private void cutToPreferred(List<R> batch) {
    int keep = 0;
    int sum = 0;
    for (int i = 0; i < batch.size() && !limits.preferredRows().isEmpty(); i++) {
      sum += batch.get(i).rows();
      if (limits.preferredRows().contains(sum)) {
        keep = i + 1;
      }
    }
    for (int i = batch.size() - 1; keep > 0 && i >= keep; i--) {
      sources.remove(i).putBack(batch.remove(i), places.remove(i));
    }
  }
}
