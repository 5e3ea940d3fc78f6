package io.millrace.flink.functions;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Ids of answers that there are: all that the journal had when the task started (about 150 bytes
 * each), and the newest that were added since. An older one of the latter has long come back to who
 * asked. For one thread.
 */
final class AnsweredIds {
  private final Set<String> journaled;
  private final LinkedHashSet<String> added = new LinkedHashSet<>();
  private final int mostAdded;

  /**
   * @param mostAdded how many of the newest are known, at least 1
   */
  AnsweredIds(Set<String> journaled, int mostAdded) {
    this.journaled = journaled;
    this.mostAdded = mostAdded;
  }

  boolean contains(String answerId) {
    return journaled.contains(answerId) || added.contains(answerId);
  }

  void add(String answerId) {
    added.add(answerId);
    if (added.size() > mostAdded) {
      var oldest = added.iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
