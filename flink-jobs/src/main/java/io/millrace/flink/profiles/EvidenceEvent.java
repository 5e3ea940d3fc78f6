package io.millrace.flink.profiles;

import io.millrace.schemas.avro.InteractionType;
import org.jspecify.annotations.Nullable;

/**
 * An event of a user, with what is known of its item.
 *
 * @param eventId the event
 * @param itemId its item; null for a preference statement
 * @param item what the catalogue says; null for a statement, and for an item it does not have
 * @param type what was done
 * @param value a rating's stars, a purchase's amount
 * @param eventTime when, epoch milliseconds
 * @param statement the words of a preference statement
 */
public record EvidenceEvent(
    String eventId,
    @Nullable String itemId,
    @Nullable ItemCard item,
    InteractionType type,
    @Nullable Double value,
    long eventTime,
    @Nullable String statement) {}
