package io.millrace.flink.profiles;

import java.util.List;

/** Whether answers belong to the questions. */
final class Answers {
  private Answers() {}

  static void checkCount(List<String> answers, int questions) {
    if (answers.size() != questions) {
      throw new IllegalArgumentException(
          "there are "
              + answers.size()
              + " answers to "
              + questions
              + " questions; give one for each, in their order, and the same evidence");
    }
  }
}
