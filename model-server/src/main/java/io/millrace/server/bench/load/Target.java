package io.millrace.server.bench.load;

import java.util.function.Consumer;

/** A server and the calls that it is asked, numbered from 0. Any thread may send. */
public interface Target extends AutoCloseable {
  /** How many different calls there are. */
  int calls();

  /**
   * Sends a call and returns at once.
   *
   * @param call below {@link #calls}
   * @param completion called exactly once, on any thread; must not block
   */
  void send(int call, Consumer<Outcome> completion);

  /** Ends every connection; calls in flight fail. */
  @Override
  void close();
}
