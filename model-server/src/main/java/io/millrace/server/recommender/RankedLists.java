package io.millrace.server.recommender;

import io.millrace.server.sources.Source;
import java.util.Arrays;

/**
 * The lists of a batch, in buffers that the next batch reuses. What only some rows have is kept for
 * those that do: sources and matches where more than the retriever had a say, clicks and ratings
 * where a ranker had.
 */
final class RankedLists {
  private final int width;
  private int[] found = new int[0];
  private boolean[] merged = new boolean[0];
  private Ranking[] rankings = new Ranking[0];
  private int[] items = new int[0];
  private float[] scores = new float[0];
  private Source[] sources = new Source[0];
  private int[] matches = new int[0];
  private float[] clicks = new float[0];
  private float[] ratings = new float[0];

  /**
   * Empty.
   *
   * @param width longest list
   */
  RankedLists(int width) {
    this.width = width;
  }

  /** Starts anew, with empty lists. */
  void clear(int rows) {
    if (found.length < rows) {
      found = new int[rows];
      merged = new boolean[rows];
      rankings = new Ranking[rows];
      items = new int[rows * width];
      scores = new float[rows * width];
      sources = new Source[rows * width];
      matches = new int[rows * width];
      clicks = new float[rows * width];
      ratings = new float[rows * width];
    }
    Arrays.fill(found, 0, rows, 0);
    Arrays.fill(merged, 0, rows, false);
    Arrays.fill(rankings, 0, rows, Ranking.NO_RANKER);
  }

  /** Appends an item that the retriever brought. */
  void add(int row, int item, float score) {
    int at = row * width + found[row]++;
    items[at] = item;
    scores[at] = score;
  }

  /** Throws away a row's list, for one that several sources have a say in. */
  void startMerged(int row) {
    found[row] = 0;
    merged[row] = true;
  }

  /**
   * Appends an item to a list that several sources have a say in.
   *
   * @param match place of the keyword that speaks most for it; -1 without
   * @param click how likely it is the next event; NaN without a ranker that says
   * @param rating what the user would rate; NaN without a ranker that says
   */
  void addMerged(
      int row, int item, float score, Source source, int match, float click, float rating) {
    int at = row * width + found[row];
    sources[at] = source;
    matches[at] = match;
    clicks[at] = click;
    ratings[at] = rating;
    add(row, item, score);
  }

  /**
   * Puts another item at a place of a list that several sources have a say in; no keyword matches
   * it.
   *
   * @param click as in {@link #addMerged}
   * @param rating likewise
   */
  void replaceMerged(
      int row, int place, int item, float score, Source source, float click, float rating) {
    int at = row * width + place;
    items[at] = item;
    scores[at] = score;
    sources[at] = source;
    matches[at] = -1;
    clicks[at] = click;
    ratings[at] = rating;
  }

  /** Keeps no more than so many items of a row. */
  void cut(int row, int most) {
    found[row] = Math.min(found[row], most);
  }

  /** Keeps of a row what is at those places, in that order. */
  void keep(int row, int[] places) {
    int from = row * width;
    int[] oldItems = Arrays.copyOfRange(items, from, from + found[row]);
    float[] oldScores = Arrays.copyOfRange(scores, from, from + found[row]);
    Source[] oldSources = Arrays.copyOfRange(sources, from, from + found[row]);
    int[] oldMatches = Arrays.copyOfRange(matches, from, from + found[row]);
    float[] oldClicks = Arrays.copyOfRange(clicks, from, from + found[row]);
    float[] oldRatings = Arrays.copyOfRange(ratings, from, from + found[row]);
    found[row] = places.length;
    for (int to = 0; to < places.length; to++) {
      int place = places[to];
      items[from + to] = oldItems[place];
      scores[from + to] = oldScores[place];
      sources[from + to] = oldSources[place];
      matches[from + to] = oldMatches[place];
      clicks[from + to] = oldClicks[place];
      ratings[from + to] = oldRatings[place];
    }
  }

  /** Says what became of ranking a row. */
  void setRanking(int row, Ranking ranking) {
    rankings[row] = ranking;
  }

  /** What became of ranking a row. */
  Ranking ranking(int row) {
    return rankings[row];
  }

  /** How many items a row's list has. */
  int found(int row) {
    return found[row];
  }

  /** The item's index at a place of a row's list. */
  int item(int row, int place) {
    return items[row * width + place];
  }

  /** The score at a place of a row's list. */
  float score(int row, int place) {
    return scores[row * width + place];
  }

  /** What brought the item at a place of a row's list. */
  Source source(int row, int place) {
    return merged[row] ? sources[row * width + place] : Source.RETRIEVER;
  }

  /** The keyword that speaks most for the item at a place of a row's list; -1 without. */
  int match(int row, int place) {
    return merged[row] ? matches[row * width + place] : -1;
  }

  /** How likely the item at a place is the next event; NaN where nothing says so. */
  float click(int row, int place) {
    return merged[row] ? clicks[row * width + place] : Float.NaN;
  }

  /** What the user would rate the item at a place; NaN where nothing says so. */
  float rating(int row, int place) {
    return merged[row] ? ratings[row * width + place] : Float.NaN;
  }
}
