package io.millrace.server.inference;

import java.nio.ByteBuffer;

/**
 * One set of buffers to run a {@link Graph} with, reused from run to run. For one thread at a time.
 *
 * <p>A run is: {@link #input} for every input, and fill it; {@link #expectOutput} where the shape
 * is known; {@link #run}; {@link #output} for every output.
 */
public interface GraphInstance extends AutoCloseable {
  /**
   * Room for one input of the next run.
   *
   * @param index in the order of {@link Graph#inputs}
   * @param shape full dimensions
   * @return native order, position 0, limit at the end of the tensor, content undefined
   */
  ByteBuffer input(int index, long... shape);

  /**
   * Says what shape an output of the next run will have, so that it is written in place without a
   * copy.
   */
  void expectOutput(int index, long... shape);

  /**
   * Computes every output.
   *
   * @throws InferenceException INTERNAL when the graph fails; RESOURCE_EXHAUSTED for want of memory
   */
  void run();

  /** An output of the last run, native order, position 0; valid until the next run. */
  ByteBuffer output(int index);

  /** The dimensions of an output of the last run. */
  long[] outputShape(int index);

  @Override
  void close();
}
