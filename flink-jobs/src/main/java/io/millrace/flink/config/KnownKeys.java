package io.millrace.flink.config;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Refuses options of ours that do not exist: a misspelt key would silently leave the default. */
final class KnownKeys {
  /** What every option of ours begins with. */
  static final String PREFIX = "millrace.";

  private KnownKeys() {}

  /**
   * Checks every key below {@value #PREFIX}.
   *
   * @throws InvalidOptionException naming the unknown keys, each with the nearest that exists
   */
  static void check(Configuration configuration) {
    List<String> known =
        OptionGroup.all().stream()
            .flatMap(group -> group.options().stream())
            .map(ConfigOption::key)
            .toList();
    StringBuilder unknown = new StringBuilder();
    for (String key : new TreeSet<>(configuration.toMap().keySet())) {
      if (key.startsWith(PREFIX)
          && !key.startsWith(KafkaOptions.CLIENT_PREFIX)
          && !known.contains(key)) {
        unknown
            .append(unknown.isEmpty() ? "" : "; ")
            .append("unknown option ")
            .append(key)
            .append(": did you mean ")
            .append(nearest(key, known))
            .append('?');
      }
    }
    if (!unknown.isEmpty()) {
      throw new InvalidOptionException(unknown.toString());
    }
  }

  private static String nearest(String key, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(key, candidate)))
        .orElseThrow();
  }

  /** Levenshtein's distance: characters inserted, removed or replaced. */
  static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
