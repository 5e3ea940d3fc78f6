package io.millrace.flink.records;

/**
 * How often something happened to an item, counted so that older events weigh less.
 *
 * @param count decayed to {@code time}; positive
 * @param time event time of the newest event counted, epoch milliseconds
 */
public record ItemCount(String itemId, double count, long time) {}
