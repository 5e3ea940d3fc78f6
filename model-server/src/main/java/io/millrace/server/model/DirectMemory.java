package io.millrace.server.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Direct buffers that were given back, for whoever needs one next. Java frees a direct buffer only
 * when its collector comes across it, which in a server with little garbage is long after a model
 * was replaced; until then each replaced version would keep its buffers.
 *
 * <p>Sizes are powers of two, so that the next version finds what the last one left. Thread-safe.
 */
final class DirectMemory {
  /** Of this process, as ONNX Runtime's environment is. */
  static final DirectMemory SHARED = new DirectMemory(64L << 20);

  private static final int SMALLEST_BYTES = 64;
  private static final int LARGEST_POWER = 1 << 30;

  private final long mostKept;
  private final Map<Integer, Deque<ByteBuffer>> kept = new HashMap<>();
  private long keptBytes;

  /**
   * An empty one.
   *
   * @param mostKept bytes; what is given back beyond them is left to the collector
   */
  DirectMemory(long mostKept) {
    this.mostKept = mostKept;
  }

  /** A buffer in native order with that many bytes at least, whose content is anything. */
  ByteBuffer take(int bytes) {
    int size = size(bytes);
    synchronized (this) {
      Deque<ByteBuffer> ofSize = kept.get(size);
      ByteBuffer buffer = ofSize == null ? null : ofSize.poll();
      if (buffer != null) {
        keptBytes -= size;
        return buffer.clear();
      }
    }
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /** Gives back a buffer that was taken here and that nothing will touch any more. */
  synchronized void give(ByteBuffer buffer) {
    int size = buffer.capacity();
    if (keptBytes + size <= mostKept) {
      keptBytes += size;
      kept.computeIfAbsent(size, unused -> new ArrayDeque<>()).push(buffer);
    }
  }

  private static int size(int bytes) {
    if (bytes > LARGEST_POWER) {
      return bytes;
    }
    return Math.max(SMALLEST_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
  }
}
