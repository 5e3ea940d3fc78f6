package io.millrace.flink.features;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest list that a model made for a user: what the user gets while no model answers.
 *
 * <p>Lists of lower rungs are not kept, so an outage does not wear the list down.
 *
 * @param modelVersion version of the model that made it
 * @param items best first
 */
public record LastList(String modelVersion, List<Item> items) {
  /** Version of the bytes that {@link #writeTo} writes. */
  public static final int VERSION = 1;

  /**
   * One item of it.
   *
   * @param score as the model gave it
   * @param source the candidate source
   */
  public record Item(String itemId, float score, String source) {}

  /** Writes all of it. */
  public void writeTo(DataOutput out) throws IOException {
    Compact.writeText(out, modelVersion);
    Compact.write(out, items.size());
    String source = "";
    for (Item item : items) {
      Compact.writeText(out, item.itemId());
      out.writeFloat(item.score());
      boolean same = item.source().equals(source);
      out.writeBoolean(same);
      if (!same) {
        source = item.source();
        Compact.writeText(out, source);
      }
    }
  }

  /** Reads what version {@link #VERSION} wrote. */
  public static LastList readFrom(DataInput in) throws IOException {
    String modelVersion = Compact.readText(in);
    int size = Compact.readLength(in);
    List<Item> items = new ArrayList<>();
    String source = "";
    for (int i = 0; i < size; i++) {
      String itemId = Compact.readText(in);
      float score = in.readFloat();
      if (!in.readBoolean()) {
        source = Compact.readText(in);
      }
      items.add(new Item(itemId, score, source));
    }
    return new LastList(modelVersion, items);
  }
}
