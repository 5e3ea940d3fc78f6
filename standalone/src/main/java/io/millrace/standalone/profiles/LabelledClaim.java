package io.millrace.standalone.profiles;

import java.util.List;

/**
 * A claim, by references only: neither titles nor ratings of the data set are in it.
 *
 * @param user the user's id
 * @param interest whether it claims an interest, or a dislike
 * @param text what is claimed
 * @param events ids of the events that it cites
 * @param kept whether the gate let it pass
 * @param label by all of the user's ratings
 * @param laterLabel by those ratings alone that came after the profile was written
 */
record LabelledClaim(
    String user,
    boolean interest,
    String text,
    List<String> events,
    boolean kept,
    LabelRule.Label label,
    LabelRule.Label laterLabel) {

  /** The columns of {@link #line}. */
  static final String HEADER = "user\tpolarity\tclaim\tevents\tgate\tlabel\tlabel_later";

  /** As a line of a file. */
  String line() {
    return String.join(
        "\t",
        user,
        interest ? "interest" : "dislike",
        text,
        String.join(",", events),
        kept ? "kept" : "dropped",
        label.name(),
        laterLabel.name());
  }
}
