package io.millrace.flink.functions;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the dashboard shows of items being written about. */
final class CatalogueMetrics {
  /** Questions put to the gateway, again or for the first time. */
  final Counter offered;

  /** Items that were written about. */
  final Counter written;

  /** Answers that could not be read: their item goes without the text. */
  final Counter unreadable;

  /** Tokens that the answers in use cost. */
  final Counter tokens;

  CatalogueMetrics(MetricGroup group) {
    offered = group.counter("questionsOffered");
    written = group.counter("itemsWritten");
    unreadable = group.counter("answersUnreadable");
    tokens = group.counter("tokens");
  }

  void wrote(KnowledgeRecord record) {
    written.inc();
    tokens.inc(record.tokens());
  }
}
