package io.millrace.flink.records;

import java.util.List;

/**
 * The most popular of the items that one operator instance counts.
 *
 * @param part the instance
 * @param items best first
 */
public record TopItemsOfPart(int part, List<ItemCount> items) {}
