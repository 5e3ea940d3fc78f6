package io.millrace.flink.records;

import io.millrace.flink.features.Compact;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * An interaction field by field: it crosses the shuffle once per event, and Avro's interpreter
 * costs several times as much.
 */
final class InteractionFields {
  private static final InteractionType[] TYPES = InteractionType.values();

  private InteractionFields() {}

  static void write(Interaction event, DataOutputView out) throws IOException {
    Compact.writeText(out, event.getEventId());
    Compact.writeText(out, event.getUserId());
    Compact.writeOptionalText(out, event.getItemId());
    // The symbol's position in the schema, which is what Avro itself writes.
    out.writeByte(event.getType().ordinal());
    Compact.writeSigned(out, event.getEventTime().toEpochMilli());
    Double value = event.getValue();
    out.writeBoolean(value != null);
    if (value != null) {
      out.writeDouble(value);
    }
    Compact.write(out, event.getContext().size());
    for (Map.Entry<String, String> entry : event.getContext().entrySet()) {
      Compact.writeText(out, entry.getKey());
      Compact.writeText(out, entry.getValue());
    }
    Compact.writeOptionalText(out, event.getStatement());
    Compact.writeOptionalText(out, event.getRecommendationId());
  }

  static Interaction read(DataInputView in) throws IOException {
    String eventId = Compact.readText(in);
    String userId = Compact.readText(in);
    String itemId = Compact.readOptionalText(in);
    InteractionType type = TYPES[in.readByte()];
    Instant eventTime = Instant.ofEpochMilli(Compact.readSigned(in));
    @Nullable Double value = in.readBoolean() ? Double.valueOf(in.readDouble()) : null;
    int contexts = Compact.readLength(in);
    Map<String, String> context = contexts == 0 ? Map.of() : new HashMap<>();
    for (int i = 0; i < contexts; i++) {
      context.put(Compact.readText(in), Compact.readText(in));
    }
    return new Interaction(
        eventId,
        userId,
        itemId,
        type,
        value,
        eventTime,
        context,
        Compact.readOptionalText(in),
        Compact.readOptionalText(in));
  }
}
