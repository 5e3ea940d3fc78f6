package io.millrace.flink.records;

import io.millrace.flink.profiles.ItemCard;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue says of an item now.
 *
 * @param itemId the item
 * @param card what profiles need to know of it; null when it was removed
 */
public record ItemUpdate(String itemId, @Nullable ItemCard card) {}
