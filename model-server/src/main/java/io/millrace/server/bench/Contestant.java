package io.millrace.server.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Something that takes turns with others at the same calls. */
interface Contestant extends AutoCloseable {
  /** What reports and the table call it. */
  String name();

  /** Works for that long without being measured. */
  void warmUp(double seconds) throws InterruptedException;

  /**
   * Works for that long.
   *
   * @return {@code per_s}, {@code p50_us}, {@code p99_us}, and what else is known of the turn
   */
  ObjectNode turn(double seconds) throws IOException, InterruptedException;

  /** Calls that have failed so far. */
  long failed();

  @Override
  void close();
}
