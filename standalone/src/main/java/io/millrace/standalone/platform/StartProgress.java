package io.millrace.standalone.platform;

/** Hears what happens while the platform starts and runs; called from several threads. */
@FunctionalInterface
public interface StartProgress {
  /** One line for a person, without a line end. */
  void say(String line);
}
