package io.millrace.flink.jobs;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * A sink into the test's memory, which may fail once. Sinks are shipped by serialization, so what
 * they collect lies in a static map under the sink's name.
 *
 * @param <T> what is collected
 */
final class Collected<T> implements Sink<T> {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Memory> MEMORIES = new ConcurrentHashMap<>();

  private record Memory(Queue<Object> records, AtomicBoolean failed) {}

  private final String name;
  private final int failAt;

  /**
   * @param name unique to the test
   * @param failAt records after which it fails, once; 0: never
   */
  Collected(String name, int failAt) {
    this.name = name;
    this.failAt = failAt;
  }

  private Memory memory() {
    return MEMORIES.computeIfAbsent(
        name, unused -> new Memory(new ConcurrentLinkedQueue<>(), new AtomicBoolean()));
  }

  /** Everything that was written so far, with what was written again after a failure. */
  @SuppressWarnings("unchecked") // only this sink writes under its name
  Queue<T> records() {
    return (Queue<T>) memory().records();
  }

  boolean failed() {
    return memory().failed().get();
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    Queue<Object> records = memory().records();
    AtomicBoolean failed = memory().failed();
    return new SinkWriter<>() {
      @Override
      public void write(T record, Context writeContext) {
        records.add(record);
        if (failAt > 0 && records.size() >= failAt && failed.compareAndSet(false, true)) {
          throw new IllegalStateException("the failure that the test asks for");
        }
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
