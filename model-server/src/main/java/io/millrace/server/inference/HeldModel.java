package io.millrace.server.inference;

/**
 * A version that takes the requests of its holder until it is let go, also when it is replaced or
 * unloaded meanwhile.
 */
public interface HeldModel extends AutoCloseable {
  /** The version. */
  ServedModel model();

  /** Lets it go; the holder asks it nothing more. To be called once. */
  @Override
  void close();
}
