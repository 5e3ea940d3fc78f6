package io.millrace.flink.functions;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What the dashboard shows of lists being looked over. */
final class RerankMetrics {
  private static final int WINDOW = 1000;

  /** Questions put to the gateway, again or for the first time. */
  final Counter offered;

  /** Lists that came to be looked over. */
  final Counter taken;

  /** Lists that were looked over. */
  final Counter reranked;

  /** Lists that a newer one of the same user took the place of. */
  final Counter replaced;

  /** Lists that were too old when they came, or when nothing was answered in time. */
  final Counter tooOld;

  /** Lists that came again, out of order, or after an erasure that covers them. */
  final Counter repeated;

  /** Lists of which too few titles are known. */
  final Counter untitled;

  /** Lists whose answers could not be read. */
  final Counter unreadable;

  /** Tokens that the answers in use cost. */
  final Counter tokens;

  /** From a list's leaving to the moment that it was looked over, in milliseconds; the newest. */
  final Histogram wait;

  RerankMetrics(MetricGroup group) {
    offered = group.counter("questionsOffered");
    taken = group.counter("listsTaken");
    reranked = group.counter("listsReranked");
    replaced = group.counter("listsReplaced");
    tooOld = group.counter("listsTooOld");
    repeated = group.counter("listsRepeated");
    untitled = group.counter("listsUntitled");
    unreadable = group.counter("answersUnreadable");
    tokens = group.counter("listTokens");
    wait = group.histogram("listWaitMillis", new DescriptiveStatisticsHistogram(WINDOW));
  }
}
