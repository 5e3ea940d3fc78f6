package io.millrace.flink.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The key that an endpoint wants. A new one in a file is noticed within ten seconds. It is never
 * part of a message: {@link #hide} takes it out of what an endpoint echoes.
 */
final class ApiKey {
  private static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String HIDDEN = "[key]";

  private final ApiKeySource source;
  private final UnaryOperator<@Nullable String> environment;
  private final LongSupplier nanoClock;
  private @Nullable String key;
  private long readAt;

  /**
   * Reads nothing yet.
   *
   * @param environment values of variables by their name, or null
   */
  ApiKey(ApiKeySource source, UnaryOperator<@Nullable String> environment, LongSupplier nanoClock) {
    this.source = source;
    this.environment = environment;
    this.nanoClock = nanoClock;
  }

  /**
   * The key; any thread.
   *
   * @return null where none is wanted
   * @throws IOException if it cannot be had; the message names the file or variable
   */
  synchronized @Nullable String get() throws IOException {
    long now = nanoClock.getAsLong();
    if (key == null || now - readAt >= REREAD_NANOS) {
      key = read();
      readAt = now;
    }
    return key;
  }

  /** The text without the key. */
  synchronized String hide(String text) {
    return key == null ? text : text.replace(key, HIDDEN);
  }

  private @Nullable String read() throws IOException {
    if (source.file() != null) {
      return checked(Files.readString(Path.of(source.file())), "file " + source.file());
    }
    if (source.variable() != null) {
      String value = environment.apply(source.variable());
      return checked(value == null ? "" : value, "variable " + source.variable());
    }
    return null;
  }

  /** A header would refuse other characters with a message that shows them. */
  private static String checked(String text, String where) throws IOException {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw new IOException(where + " holds no key; put it there, or leave the option out");
    }
    if (stripped.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IOException(where + " holds more than a key; it has to be one word of ASCII");
    }
    return stripped;
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "key of " + source;
  }
}
