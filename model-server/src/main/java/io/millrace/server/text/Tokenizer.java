package io.millrace.server.text;

/** Cuts texts into what a graph knows. Safe for use by many threads. */
public interface Tokenizer extends AutoCloseable {
  /** The ids of a text's tokens, those that begin and end it included; never empty. */
  long[] ids(String text);

  @Override
  void close();
}
