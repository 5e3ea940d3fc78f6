package io.millrace.standalone.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How to run a part of the platform as a process of its own.
 *
 * @param name what people call it: {@code model server}
 * @param command program and arguments
 * @param environment variables over those of this process
 * @param log file for what it prints
 * @param readyLine matches the line that it prints once it can be used; group 1 is its address
 * @param startLimit longest time until that line
 * @param stopLimit longest time to end by itself after its input ended, before it is killed
 */
record ChildSpec(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path log,
    Pattern readyLine,
    Duration startLimit,
    Duration stopLimit) {
  ChildSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
