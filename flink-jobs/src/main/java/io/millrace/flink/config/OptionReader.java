package io.millrace.flink.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.jspecify.annotations.Nullable;

/** Reads options and checks their range, so that a wrong value is named by its key. */
final class OptionReader {
  private final ReadableConfig config;

  OptionReader(ReadableConfig config) {
    this.config = config;
  }

  /** The value of an option that has a default. */
  <T> T get(ConfigOption<T> option) {
    T value = getOrNull(option);
    if (value == null) {
      throw new InvalidOptionException(
          option.key()
              + " is not set and has no default; set it with --"
              + option.key()
              + " VALUE");
    }
    return value;
  }

  /** The value, or null when it is not set and has no default. */
  <T> @Nullable T getOrNull(ConfigOption<T> option) {
    try {
      return config.getOptional(option).orElse(option.defaultValue());
    } catch (IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InvalidOptionException(
          option.key(),
          raw(option),
          "is not of the right kind",
          String.valueOf(cause.getMessage()));
    }
  }

  private String raw(ConfigOption<?> option) {
    return config.get(ConfigOptions.key(option.key()).stringType().defaultValue(""));
  }

  /** A text that is not blank. */
  String text(ConfigOption<String> option) {
    String value = get(option).strip();
    if (value.isEmpty()) {
      throw new InvalidOptionException(option.key(), "''", "is empty", "give it a value");
    }
    return value;
  }

  int between(ConfigOption<Integer> option, int least, int most) {
    int value = get(option);
    if (value < least || value > most) {
      throw new InvalidOptionException(
          option.key(),
          value,
          "is out of range",
          "it must be at least "
              + least
              + (most == Integer.MAX_VALUE ? "" : " and at most " + most));
    }
    return value;
  }

  double between(ConfigOption<Double> option, double least, double most) {
    double value = get(option);
    if (!(value >= least && value <= most)) {
      throw new InvalidOptionException(
          option.key(),
          value,
          "is out of range",
          "it must be at least " + least + " and at most " + most);
    }
    return value;
  }

  int atLeast(ConfigOption<Integer> option, int least) {
    return between(option, least, Integer.MAX_VALUE);
  }

  Duration atLeast(ConfigOption<Duration> option, Duration least) {
    Duration value = get(option);
    if (value.compareTo(least) < 0) {
      throw new InvalidOptionException(
          option.key(), text(value), "is too short", "it must be at least " + text(least));
    }
    return value;
  }

  Duration between(ConfigOption<Duration> option, Duration least, Duration most) {
    Duration value = atLeast(option, least);
    if (value.compareTo(most) > 0) {
      throw new InvalidOptionException(
          option.key(), text(value), "is too long", "it must be at most " + text(most));
    }
    return value;
  }

  /** A list without repetitions. */
  <E> Set<E> set(ConfigOption<List<E>> option) {
    List<E> values = get(option);
    Set<E> set = new HashSet<>(values);
    if (set.size() < values.size()) {
      throw new InvalidOptionException(
          option.key(), values, "names a value twice", "name each once");
    }
    return set;
  }

  private static String text(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
