package io.millrace.server.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Something that takes any bytes, and is to answer or refuse them. */
public interface FuzzTarget extends AutoCloseable {
  /** What can become of an input; anything else is a fault. */
  enum Outcome {
    /** It was good. */
    ANSWERED,
    /** It was bad, and the caller's fault. */
    REFUSED
  }

  /** In one word. */
  String name();

  /** Inputs to begin with. */
  List<byte[]> corpus();

  /** A change that only this target knows how to make; the input itself where there is none. */
  default byte[] vary(byte[] input, SplittableRandom random) {
    return input;
  }

  /**
   * Has the target deal with an input, to the end.
   *
   * @throws Exception if the server is at fault: it failed, did not answer, or answered twice
   */
  Outcome feed(byte[] input) throws Exception;

  @Override
  void close();
}
