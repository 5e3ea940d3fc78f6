package io.millrace.server.sources;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The union of what all sources bring for a row, with what each says of every item. The first are
 * the retriever's, in its order. Reused from row to row; for one thread at a time.
 */
public final class CandidateSet {
  private static final int NOT_BROUGHT = -1;
  private static final int FIRST_CAPACITY = 256;

  /** A column for each source that has been asked for, in the order of the sources. */
  private final float[] @Nullable [] scores = new float[Source.ALL.size()][];

  private final int[] @Nullable [] places = new int[Source.ALL.size()][];
  private int[] items = new int[FIRST_CAPACITY];
  private float[] retrieverScores = new float[FIRST_CAPACITY];
  private float[] rankedBy = new float[FIRST_CAPACITY];
  private int size;
  private int retrieved;

  /** Empties it. */
  public void clear() {
    for (int[] column : places) {
      if (column != null) {
        Arrays.fill(column, 0, size, NOT_BROUGHT);
      }
    }
    for (float[] column : scores) {
      if (column != null) {
        Arrays.fill(column, 0, size, 0f);
      }
    }
    size = 0;
    retrieved = 0;
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
    for (int source = 0; source < scores.length; source++) {
      float[] scored = scores[source];
      scores[source] = scored == null ? null : Arrays.copyOf(scored, capacity);
      int[] placed = places[source];
      if (placed != null) {
        places[source] = Arrays.copyOf(placed, capacity);
        Arrays.fill(places[source], placed.length, capacity, NOT_BROUGHT);
      }
    }
  }

  /** A source's score of every candidate, as a column to fill; until the next one is appended. */
  float[] scores(Source source) {
    float[] column = scores[source.ordinal()];
    if (column == null) {
      column = new float[items.length];
      scores[source.ordinal()] = column;
    }
    return column;
  }

  /** A source's places, as a column to fill; until the next candidate is appended. */
  int[] places(Source source) {
    int[] column = places[source.ordinal()];
    if (column == null) {
      column = new int[items.length];
      Arrays.fill(column, NOT_BROUGHT);
      places[source.ordinal()] = column;
    }
    return column;
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
    float[] column = scores[source.ordinal()];
    return column == null ? 0 : column[candidate];
  }

  /** The place among what a source brought, from 0; negative if it did not bring the candidate. */
  public int place(Source source, int candidate) {
    int[] column = places[source.ordinal()];
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
    for (Source source : Source.ALL) {
      int place = place(source, candidate);
      if (source == Source.RETRIEVER && place >= 0 && place < k) {
        return Source.RETRIEVER;
      }
      if (place >= 0 && place < least) {
        least = place;
        best = source;
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
