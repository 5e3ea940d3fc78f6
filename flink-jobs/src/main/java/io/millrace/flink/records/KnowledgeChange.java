package io.millrace.flink.records;

import io.millrace.schemas.avro.ItemKnowledge;
import org.jspecify.annotations.Nullable;

/**
 * There is something new to know of an item, or nothing any more.
 *
 * @param itemId the item
 * @param knowledge what a language model wrote; null when the item was removed
 */
public record KnowledgeChange(String itemId, @Nullable ItemKnowledge knowledge) {}
