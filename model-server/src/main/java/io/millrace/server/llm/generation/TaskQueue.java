package io.millrace.server.llm.generation;

import io.millrace.server.inference.InferenceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Tasks that wait, first come first served. Safe for threads. */
final class TaskQueue {
  private final int capacity;
  private final Queue<Task> waiting = new ArrayDeque<>();
  private boolean closed;

  TaskQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Takes a task; to make room, dead ones are failed.
   *
   * @throws InferenceException if there is no room, or nothing is taken any more
   */
  void add(Task task, long now) {
    List<Runnable> failures = new ArrayList<>();
    try {
      synchronized (this) {
        if (closed) {
          throw new InferenceException(
              InferenceException.Code.UNAVAILABLE, "the server is stopping; ask another one");
        }
        if (waiting.size() >= capacity) {
          removeDead(now, failures);
        }
        if (waiting.size() >= capacity) {
          throw new InferenceException(
              InferenceException.Code.RESOURCE_EXHAUSTED,
              "the language model has "
                  + capacity
                  + " requests waiting, which is its limit (--language-model-queue); ask later");
        }
        waiting.add(task);
        notifyAll();
      }
    } finally {
      failures.forEach(Runnable::run);
    }
  }

  private void removeDead(long now, List<Runnable> failures) {
    for (Iterator<Task> tasks = waiting.iterator(); tasks.hasNext(); ) {
      Task task = tasks.next();
      InferenceException dead = task.dead(now);
      if (dead != null) {
        tasks.remove();
        failures.add(() -> task.fail(dead));
      }
    }
  }

  /** The next one; null if none waits. */
  synchronized @Nullable Task poll() {
    return waiting.poll();
  }

  /** Tasks that wait. */
  synchronized int size() {
    return waiting.size();
  }

  /** Returns when a task waits; false if none ever will. */
  synchronized boolean awaitTask() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    return !closed;
  }

  /** Takes nothing more, and gives back what waits. */
  synchronized List<Task> close() {
    closed = true;
    notifyAll();
    List<Task> left = List.copyOf(waiting);
    waiting.clear();
    return left;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
