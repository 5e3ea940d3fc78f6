package io.millrace.flink.functions;

import io.millrace.flink.llm.LanguageModelFailure.Reason;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which questions are not worth asking again: those that a working endpoint took, and is paid for,
 * {@value #ENOUGH} times without an answer that can be used. Questions are asked greedily, so the
 * next answer would be no better. An endpoint that gives senseless answers to everybody is not
 * working: that counts once, however often it is asked. For one thread.
 */
final class GivenUpQuestions {
  private static final int ENOUGH = 3;

  /** What comes back is the question's own fault, and costs tokens. */
  private static final Set<Reason> PAID =
      EnumSet.of(Reason.REFUSED, Reason.TRUNCATED, Reason.BAD_ANSWER);

  private final int most;
  private final Map<String, Failures> failed = new LinkedHashMap<>();
  private long answers;

  /** Of a question. */
  private record Failures(int count, long answersBefore) {}

  /**
   * @param most questions that are remembered, at least 1; the oldest are forgotten
   */
  GivenUpQuestions(int most) {
    this.most = most;
  }

  /** The endpoint answered some question. */
  void answered(String answerId) {
    answers++;
    failed.remove(answerId);
  }

  /** Takes a failure in; returns whether the question is given up with it. */
  boolean failed(String answerId, Reason reason) {
    if (!PAID.contains(reason)) {
      return false;
    }
    Failures before = failed.get(answerId);
    if (before != null && reason == Reason.BAD_ANSWER && before.answersBefore == answers) {
      return false;
    }
    int count = before == null ? 1 : before.count + 1;
    failed.put(answerId, new Failures(count, answers));
    if (failed.size() > most) {
      Iterator<String> oldest = failed.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    if (count < ENOUGH) {
      return false;
    }
    failed.remove(answerId);
    return true;
  }
}
