package io.millrace.server.llm.text;

import java.util.List;

/**
 * Ends a text before the first of some strings. What may be the start of one is held back until it
 * is known not to be.
 */
public final class StopStrings {
  private final List<String> stops;
  private String held = "";
  private boolean reached;

  /** Those, none of them empty. */
  public StopStrings(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** The text that can be shown now. */
  public String add(String text) {
    String all = held + text;
    int first = -1;
    for (String stop : stops) {
      int at = all.indexOf(stop);
      first = at >= 0 && (first < 0 || at < first) ? at : first;
    }
    if (first >= 0) {
      reached = true;
      held = "";
      return all.substring(0, first);
    }
    int keep = longestStart(all);
    held = all.substring(all.length() - keep);
    return all.substring(0, all.length() - keep);
  }

  private int longestStart(String all) {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, all.length()); length > longest; length--) {
        if (all.endsWith(stop.substring(0, length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  /** What was held back, at the end. */
  public String end() {
    String rest = held;
    held = "";
    return rest;
  }

  /** Whether one of the strings came. */
  public boolean reached() {
    return reached;
  }
}
