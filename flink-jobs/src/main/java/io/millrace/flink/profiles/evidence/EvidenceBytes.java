package io.millrace.flink.profiles.evidence;

import io.millrace.flink.features.Compact;
import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.schemas.FeatureSchema;
import io.millrace.schemas.avro.InteractionType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of events and item cards in state. */
public final class EvidenceBytes {
  private static final int HAS_VALUE = 1;
  private static final int HAS_CARD = 2;

  private EvidenceBytes() {}

  /** Writes an item's card. */
  public static void writeCard(ItemCard card, DataOutput out) throws IOException {
    Compact.writeText(out, card.title());
    Compact.write(out, card.attributes().size());
    for (Map.Entry<String, List<String>> attribute : card.attributes().entrySet()) {
      Compact.writeText(out, attribute.getKey());
      Compact.write(out, attribute.getValue().size());
      for (String value : attribute.getValue()) {
        Compact.writeText(out, value);
      }
    }
  }

  /** Reads what {@link #writeCard} wrote. */
  public static ItemCard readCard(DataInput in) throws IOException {
    String title = Compact.readText(in);
    int size = Compact.readLength(in);
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      String name = Compact.readText(in);
      int count = Compact.readLength(in);
      List<String> values = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        values.add(Compact.readText(in));
      }
      attributes.put(name, List.copyOf(values));
    }
    return new ItemCard(title, attributes);
  }

  static void writeEvents(List<EvidenceEvent> events, DataOutput out) throws IOException {
    Compact.write(out, events.size());
    for (EvidenceEvent event : events) {
      writeEvent(event, out);
    }
  }

  static List<EvidenceEvent> readEvents(DataInput in) throws IOException {
    int size = Compact.readLength(in);
    List<EvidenceEvent> events = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      events.add(readEvent(in));
    }
    return events;
  }

  private static void writeEvent(EvidenceEvent event, DataOutput out) throws IOException {
    Double value = event.value();
    ItemCard card = event.item();
    Compact.writeText(out, event.eventId());
    Compact.writeOptionalText(out, event.itemId());
    out.writeByte((value == null ? 0 : HAS_VALUE) | (card == null ? 0 : HAS_CARD));
    if (value != null) {
      out.writeDouble(value);
    }
    if (card != null) {
      writeCard(card, out);
    }
    out.writeByte(FeatureSchema.eventTypeCode(event.type()));
    Compact.writeSigned(out, event.eventTime());
    Compact.writeOptionalText(out, event.statement());
  }

  private static EvidenceEvent readEvent(DataInput in) throws IOException {
    String eventId = Compact.readText(in);
    String itemId = Compact.readOptionalText(in);
    int flags = in.readByte();
    Double value = (flags & HAS_VALUE) == 0 ? null : (Double) in.readDouble();
    ItemCard card = (flags & HAS_CARD) == 0 ? null : readCard(in);
    InteractionType type = type(in.readByte());
    long time = Compact.readSigned(in);
    @Nullable String statement = Compact.readOptionalText(in);
    return new EvidenceEvent(eventId, itemId, card, type, value, time, statement);
  }

  private static InteractionType type(int code) {
    for (InteractionType type : InteractionType.values()) {
      if (FeatureSchema.eventTypeCode(type) == code) {
        return type;
      }
    }
    return InteractionType.UNKNOWN;
  }
}
