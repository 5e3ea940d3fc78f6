package io.millrace.flink.lastmile;

import org.jspecify.annotations.Nullable;

/** What is known of items. */
@FunctionalInterface
public interface Catalogue {
  /** Nothing is known of any item. */
  Catalogue EMPTY = itemId -> null;

  /** What is known of an item; null when the catalogue never had it. */
  @Nullable ItemFacts facts(String itemId);
}
