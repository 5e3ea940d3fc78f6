package io.millrace.server.accesslog;

import io.millrace.server.calls.CallListener;
import io.millrace.server.calls.CallRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each call that failed, and for a share of the others. Calls never wait for it:
 * at most {@value #MOST_WAITING} wait for the thread that writes, further ones are dropped and
 * counted.
 */
public final class AccessLog implements CallListener, AutoCloseable {
  static final int MOST_WAITING = 8_192;

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final long LONGEST_CLOSE_SECONDS = 5;
  private static final long LOOK_MILLIS = 200;

  private final BlockingQueue<CallRecord> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AccessLine line = new AccessLine();
  private final OutputStream out;
  private final double share;
  private final DoubleSupplier random;
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final Thread thread = new Thread(this::writeAll, "access-log");

  /** No more calls come; what waits is still written. */
  private volatile boolean closing;

  /** Whether the last write failed; a disk that is full is said once, not for every line. */
  private boolean broken;

  /**
   * Starts to write.
   *
   * @param out closed with this
   * @param share of the calls that succeed, from 0 to 1
   * @param random numbers from 0 to below 1
   */
  public AccessLog(OutputStream out, double share, DoubleSupplier random) {
    this.out = new BufferedOutputStream(out);
    this.share = share;
    this.random = random;
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void ended(CallRecord call) {
    if ((call.failed() || random.getAsDouble() < share) && !waiting.offer(call)) {
      dropped.increment();
    }
  }

  private void writeAll() {
    try {
      while (!closing || !waiting.isEmpty()) {
        CallRecord next = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          write(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(CallRecord call) {
    try {
      line.write(call, out);
      if (waiting.isEmpty()) {
        out.flush();
      }
      written.increment();
      broken = false;
    } catch (IOException e) {
      dropped.increment();
      if (!broken) {
        LOG.error("the access log cannot be written; lines are lost until it can", e);
        broken = true;
      }
    }
  }

  /** Lines that were written. */
  public long written() {
    return written.sum();
  }

  /** Lines that were lost: too many waited, or writing failed. */
  public long dropped() {
    return dropped.sum();
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(LONGEST_CLOSE_SECONDS));
      out.close();
    } catch (IOException e) {
      LOG.error("the end of the access log was not written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
