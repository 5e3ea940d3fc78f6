package io.millrace.standalone.platform;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A log file of bounded size, and its last lines in memory.
 *
 * <p>A file that reaches its bound becomes {@code <name>.1}, replacing an earlier one: at most
 * twice the bound is kept. When the disk is full the lines in memory go on.
 */
final class BoundedLog implements AutoCloseable {
  private static final int REMEMBERED_LINES = 20;
  private static final int LONGEST_LINE = 4_000;

  private final Path file;
  private final long bound;
  private final Deque<String> last = new ArrayDeque<>();
  private BufferedWriter writer;
  private long written;

  /** Appends to the file if it is there; {@code bound} in characters. */
  BoundedLog(Path file, long bound) {
    this.file = file;
    this.bound = bound;
    try {
      this.writer = open();
    } catch (IOException e) {
      throw new PlatformException("cannot write the log " + file + ": " + FileProblem.reason(e), e);
    }
  }

  private BufferedWriter open() throws IOException {
    return Files.newBufferedWriter(
        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  synchronized void line(String text) {
    String line = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + " ..." : text;
    last.addLast(line);
    if (last.size() > REMEMBERED_LINES) {
      last.removeFirst();
    }
    try {
      if (written > bound) {
        writer.close();
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
        writer = open();
        written = 0;
      }
      writer.write(line);
      writer.newLine();
      writer.flush();
      written += line.length() + 1L;
    } catch (IOException e) {
      last.addLast("(not in the log file: " + FileProblem.reason(e) + ")");
    }
  }

  /** The newest lines that say something, oldest first. */
  synchronized List<String> lastLines(int count) {
    List<String> lines = last.stream().filter(line -> !line.isBlank()).toList();
    return lines.subList(Math.max(0, lines.size() - count), lines.size());
  }

  Path file() {
    return file;
  }

  @Override
  public synchronized void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + file, e);
    }
  }
}
