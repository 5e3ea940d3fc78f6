package io.millrace.standalone.data;

/**
 * One rating of the data set.
 *
 * @param row line of the data file after its header, from 1
 * @param user the user's id
 * @param item the item's id
 * @param stars what the user gave, 1 to 5
 * @param epochSecond when, in seconds since the epoch
 */
public record Rating(int row, String user, String item, double stars, long epochSecond) {
  private static final String ID_PREFIX = "ml100k-";

  /** The same for the same line in every run, so that a replay gives the same lists. */
  public String eventId() {
    return ID_PREFIX + row;
  }
}
