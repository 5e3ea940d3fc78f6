package io.millrace.flink.lastmile;

import io.millrace.flink.features.Compact;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What rules can ask about an item. Small, because every operator instance keeps it for every item:
 * names and values of attributes alternate in one array, and are shared between items.
 *
 * @param available whether it may be recommended
 * @param updatedAt when the catalogue last changed it, epoch milliseconds
 * @param pairs attribute, value, attribute, value, and so on; not copied, must not change
 */
@SuppressWarnings("ArrayRecordComponent") // state, never compared
public record ItemFacts(boolean available, long updatedAt, String[] pairs) {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  private static final String[] NONE = {};

  /** An item that was taken out of the catalogue. */
  public static final ItemFacts REMOVED = new ItemFacts(false, 0, NONE);

  /**
   * Of attributes as the catalogue has them.
   *
   * @param attributes each with its values, in the order in which they are kept
   */
  public static ItemFacts of(
      boolean available, long updatedAt, Map<String, List<String>> attributes) {
    List<String> pairs = new ArrayList<>();
    attributes.forEach(
        (name, values) ->
            values.forEach(
                value -> {
                  pairs.add(name);
                  pairs.add(value);
                }));
    return new ItemFacts(available, updatedAt, pairs.toArray(NONE));
  }

  /** The attributes as {@link #of} takes them. */
  public Map<String, List<String>> attributes() {
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      attributes.computeIfAbsent(pairs[i], name -> new ArrayList<>(2)).add(pairs[i + 1]);
    }
    return attributes;
  }

  /** Values of an attribute; empty without it. */
  List<String> values(String attribute) {
    List<String> values = new ArrayList<>(2);
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(attribute)) {
        values.add(pairs[i + 1]);
      }
    }
    return values;
  }

  /** Whether an attribute has one of some values. */
  boolean hasAny(String attribute, Set<String> values) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(attribute) && values.contains(pairs[i + 1])) {
        return true;
      }
    }
    return false;
  }

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeBoolean(available);
    Compact.writeSigned(out, updatedAt);
    Compact.write(out, pairs.length);
    for (String text : pairs) {
      Compact.writeText(out, text);
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static ItemFacts readFrom(DataInput in) throws IOException {
    boolean available = in.readBoolean();
    long updatedAt = Compact.readSigned(in);
    List<String> pairs = new ArrayList<>();
    for (int left = Compact.readLength(in); left > 0; left--) {
      pairs.add(Compact.readText(in));
    }
    return new ItemFacts(available, updatedAt, pairs.toArray(NONE));
  }
}
