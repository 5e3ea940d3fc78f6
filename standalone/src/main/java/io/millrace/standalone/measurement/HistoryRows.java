package io.millrace.standalone.measurement;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The histories that a replay's lists are made from, in the order of the replay, as the indices
 * that a bundle's model takes: what the bare model is measured with is what it was asked for.
 */
final class HistoryRows {
  private static final String VOCABULARY = "vocabulary.txt";
  private static final int UNKNOWN = 2;
  private static final int FIRST_ITEM = 3;

  private final Map<String, Integer> indices = new HashMap<>();

  /** Reads a bundle's vocabulary: line n, from 0, is the item with index n + 3. */
  HistoryRows(Path bundle) throws IOException {
    List<String> items = Files.readAllLines(bundle.resolve(VOCABULARY));
    for (int line = 0; line < items.size(); line++) {
      indices.put(items.get(line), line + FIRST_ITEM);
    }
  }

  /** Writes one line per event: the user's items up to and with it, oldest first, with commas. */
  void write(ReplayPlan plan, Path file) throws IOException {
    Map<String, StringBuilder> histories = new HashMap<>();
    plan.backfill().forEach(rating -> append(rating, histories));
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (Rating event : plan.events()) {
        lines.append(append(event, histories)).append('\n');
      }
    }
  }

  private StringBuilder append(Rating rating, Map<String, StringBuilder> histories) {
    StringBuilder history = histories.computeIfAbsent(rating.user(), user -> new StringBuilder());
    if (!history.isEmpty()) {
      history.append(',');
    }
    return history.append(indices.getOrDefault(rating.item(), UNKNOWN));
  }
}
