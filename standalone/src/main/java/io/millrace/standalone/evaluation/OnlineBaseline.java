package io.millrace.standalone.evaluation;

/**
 * Scores all items by counting, and learns one event at a time.
 *
 * <p>Items are numbers from 0. A score of 0 means that nothing is known of an item.
 */
interface OnlineBaseline {

  /** Key in reports. */
  String name();

  /**
   * Scores every item for a user.
   *
   * @param history what the user did so far
   * @param scores one per item, overwritten
   */
  void score(ItemHistory history, double[] scores);

  /** Takes in that a user with this history now chose an item. */
  void learn(ItemHistory history, int item);
}
