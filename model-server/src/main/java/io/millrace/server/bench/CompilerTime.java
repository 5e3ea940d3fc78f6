package io.millrace.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time of a process' Java compiler so far. A server that has run for some minutes has
 * compiled what it needs; one that is measured after seconds is charged for it otherwise.
 */
final class CompilerTime {
  private static final int MILLIS_PER_TICK = 10;
  private static final int USER_TICKS = 11;

  private CompilerTime() {}

  /** Zero where the system does not say, or has no such process. */
  static Duration of(long pid) throws IOException {
    Path threads = Path.of("/proc", Long.toString(pid), "task");
    if (!Files.isDirectory(threads)) {
      return Duration.ZERO;
    }
    long ticks = 0;
    List<Path> all;
    try (Stream<Path> listed = Files.list(threads)) {
      all = listed.toList();
    }
    for (Path thread : all) {
      try {
        ticks += ticks(Files.readString(thread.resolve("stat")));
      } catch (NoSuchFileException e) {
        continue;
      }
    }
    return Duration.ofMillis(ticks * MILLIS_PER_TICK);
  }

  /** Ticks of a thread's line, if it is one of the compiler's. */
  static long ticks(String stat) {
    int nameEnd = stat.lastIndexOf(')');
    String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
    if (!name.startsWith("C1 Compiler") && !name.startsWith("C2 Compiler")) {
      return 0;
    }
    String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
    return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
  }
}
