package io.millrace.server.bench;

import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What users had done after each of the newest events of a data set, as a stream asks for lists.
 */
final class InteractionHistories {
  private static final String FILE = "interactions.tsv";
  private static final List<String> COLUMNS = List.of("user", "item", "rating", "timestamp");
  private static final double NEWEST_SHARE = 0.2;

  private final Vocabulary vocabulary;
  private final int maxHistory;

  private record Interaction(String user, String item, long timestamp) {}

  /** For a model of that vocabulary, which looks at so many items. */
  InteractionHistories(Vocabulary vocabulary, int maxHistory) {
    this.vocabulary = vocabulary;
    this.maxHistory = maxHistory;
  }

  /**
   * One history for each of the newest fifth of events, that event included; items that the
   * vocabulary does not have are left out.
   *
   * @throws IllegalArgumentException naming the line that is no interaction
   */
  List<RetrieverRow> read(Path folder) throws IOException {
    List<Interaction> events = interactions(folder.resolve(FILE));
    int from = (int) Math.round(events.size() * (1 - NEWEST_SHARE));
    Map<String, int[]> histories = new HashMap<>();
    List<RetrieverRow> rows = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      Interaction event = events.get(i);
      int[] history = histories.getOrDefault(event.user(), new int[0]);
      byte[] id = event.item().getBytes(StandardCharsets.UTF_8);
      int index = vocabulary.indexOf(id, 0, id.length);
      if (vocabulary.isItem(index)) {
        history = Arrays.copyOf(history, history.length + 1);
        history[history.length - 1] = index;
        histories.put(event.user(), history);
      }
      if (i >= from) {
        rows.add(HistoryFile.row(history, maxHistory));
      }
    }
    return rows;
  }

  private static List<Interaction> interactions(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !Arrays.asList(lines.get(0).split("\t", -1)).equals(COLUMNS)) {
      throw new IllegalArgumentException(
          file + " does not begin with the columns " + COLUMNS + ", separated by tabs");
    }
    List<Interaction> events = new ArrayList<>(lines.size());
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\t", -1);
      try {
        events.add(new Interaction(cells[0], cells[1], Long.parseLong(cells[COLUMNS.size() - 1])));
      } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
        throw new IllegalArgumentException(
            file + " line " + (i + 1) + " is no interaction: " + lines.get(i), e);
      }
    }
    events.sort(Comparator.comparingLong(Interaction::timestamp));
    return events;
  }
}
