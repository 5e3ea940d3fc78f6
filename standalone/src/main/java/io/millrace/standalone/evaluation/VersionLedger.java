package io.millrace.standalone.evaluation;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** How many lists each version of a model had to do with. Thread-safe. */
public final class VersionLedger {
  private final Map<String, Long> lists =
      new TreeMap<>(
          Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));

  /** Counts a list; returns whether it is the first one of that version. */
  public synchronized boolean made(String version) {
    return lists.merge(version, 1L, Long::sum) == 1;
  }

  /** Lists by version, the oldest version first. */
  public synchronized Map<String, Long> lists() {
    return new LinkedHashMap<>(lists);
  }
}
