package io.millrace.server.http;

/** The parts of an answer that has begun; callable from any thread, one at a time. */
public interface HttpParts {
  /** Sends a part; not to be changed any more. */
  void send(byte[] part);

  /** Ends the answer. Called exactly once. */
  void end();
}
