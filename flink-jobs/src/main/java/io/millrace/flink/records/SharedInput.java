package io.millrace.flink.records;

import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.schemas.avro.Rule;
import org.jspecify.annotations.Nullable;

/** What every instance that makes lists must know, whoever the user is. */
public sealed interface SharedInput {

  /** What is popular with everyone. */
  record Popular(PopularNow now) implements SharedInput {}

  /** A rule about everybody's lists, or null when it is removed. */
  record RuleChanged(String ruleId, @Nullable Rule rule) implements SharedInput {}

  /** What the catalogue says of an item now; {@link ItemFacts#REMOVED} when it has it no more. */
  record ItemChanged(String itemId, ItemFacts facts) implements SharedInput {}
}
