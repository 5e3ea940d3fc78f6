package io.millrace.server.sources;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The union of what all sources bring for a row, with what each says of every item. The first are
 * the retriever's, in its order. Reused from row to row; for one thread at a time.
 */
public final class CandidateSet {
  private static final int NOT_BROUGHT = -1;
  private static final int FIRST_CAPACITY = 256;

  private final Map<Source, float[]> scores = new EnumMap<>(Source.class);
  private final Map<Source, int[]> places = new EnumMap<>(Source.class);
  private int[] items = new int[FIRST_CAPACITY];
  private float[] retrieverScores = new float[FIRST_CAPACITY];
  private float[] rankedBy = new float[FIRST_CAPACITY];
  private int size;
  private int retrieved;

  /** Empties it. */
  public void clear() {
    size = 0;
    retrieved = 0;
    places.values().forEach(column -> Arrays.fill(column, NOT_BROUGHT));
    scores.values().forEach(column -> Arrays.fill(column, 0f));
  }

  /** Appends what the retriever brings, best first, before anything else. */
  public void addRetrieved(int item, float score) {
    int at = append(item);
    retrieverScores[at] = score;
    places(Source.RETRIEVER)[at] = at;
    retrieved = size;
  }

  /** Appends an item that no source has brought yet; returns where it is. */
  int append(int item) {
    if (size == items.length) {
      grow(2 * size);
    }
    items[size] = item;
    rankedBy[size] = Float.NaN;
    return size++;
  }

  private void grow(int capacity) {
    items = Arrays.copyOf(items, capacity);
    retrieverScores = Arrays.copyOf(retrieverScores, capacity);
    rankedBy = Arrays.copyOf(rankedBy, capacity);
    scores.replaceAll((source, column) -> Arrays.copyOf(column, capacity));
    places.replaceAll(
        (source, column) -> {
          int[] larger = Arrays.copyOf(column, capacity);
          Arrays.fill(larger, column.length, capacity, NOT_BROUGHT);
          return larger;
        });
  }

  /** A source's score of every candidate, as a column to fill. */
  float[] scores(Source source) {
    return scores.computeIfAbsent(source, unused -> new float[items.length]);
  }

  /** A source's places, as a column to fill. */
  int[] places(Source source) {
    return places.computeIfAbsent(
        source,
        unused -> {
          int[] column = new int[items.length];
          Arrays.fill(column, NOT_BROUGHT);
          return column;
        });
  }

  /** How many candidates there are. */
  public int size() {
    return size;
  }

  /** How many of the first ones the retriever brought. */
  public int retrieved() {
    return retrieved;
  }

  /** A candidate's number. */
  public int item(int candidate) {
    return items[candidate];
  }

  /** What the retriever said of a candidate that it brought. */
  public float retrieverScore(int candidate) {
    return retrieverScores[candidate];
  }

  /**
   * What a source says of a candidate, whoever brought it; 0 for nothing. The retriever's is in
   * standard deviations over what it brought; others count there as its last one, which is the most
   * that they can be.
   */
  public float score(Source source, int candidate) {
    float[] column = scores.get(source);
    return column == null ? 0 : column[candidate];
  }

  /** The place among what a source brought, from 0; negative if it did not bring the candidate. */
  public int place(Source source, int candidate) {
    int[] column = places.get(source);
    return column == null ? NOT_BROUGHT : column[candidate];
  }

  /** Whether a source brought a candidate. */
  public boolean isFrom(Source source, int candidate) {
    return place(source, candidate) >= 0;
  }

  /**
   * What a candidate owes its being there to: the retriever where it is among its first k, else the
   * source that has it at the best place.
   */
  public Source broughtBy(int candidate, int k) {
    Source best = Source.RETRIEVER;
    int least = Integer.MAX_VALUE;
    for (Map.Entry<Source, int[]> column : places.entrySet()) {
      int place = column.getValue()[candidate];
      if (column.getKey() == Source.RETRIEVER && place >= 0 && place < k) {
        return Source.RETRIEVER;
      }
      if (place >= 0 && place < least) {
        least = place;
        best = column.getKey();
      }
    }
    return best;
  }

  /** Says what a candidate was ranked by. */
  public void rankedBy(int candidate, float score) {
    rankedBy[candidate] = score;
  }

  /** What a candidate was ranked by; NaN where it had no part in the order. */
  public float rankedBy(int candidate) {
    return rankedBy[candidate];
  }
}
