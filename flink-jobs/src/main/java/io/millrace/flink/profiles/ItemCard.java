package io.millrace.flink.profiles;

import java.util.List;
import java.util.Map;

/**
 * What profiles need to know of an item.
 *
 * @param title its name; never empty
 * @param attributes genre, year and so on, each with its values, in the order of their names
 */
public record ItemCard(String title, Map<String, List<String>> attributes) {}
