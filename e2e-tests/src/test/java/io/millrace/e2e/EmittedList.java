package io.millrace.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A recommendation as somebody sees it who knows its schema from the registry only.
 *
 * @param key of the Kafka record
 * @param id recommendationId
 * @param kind of the trigger
 * @param trigger id of the event or request
 * @param items ids, best first
 * @param rungReason null on the upper rungs
 * @param newest lastEventId
 * @param stages microseconds by name; those that happened
 * @param rules ids of those that changed it
 */
record EmittedList(
    String key,
    String id,
    String user,
    String kind,
    String trigger,
    String surface,
    List<String> items,
    String rung,
    @Nullable String rungReason,
    Map<String, String> versions,
    @Nullable String newest,
    int sequenceLength,
    Map<String, Long> stages,
    List<String> rules) {

  /** Reads one off the topic. */
  static EmittedList from(ConsumerRecord<String, GenericRecord> record) {
    GenericRecord value = record.value();
    GenericRecord trigger = (GenericRecord) value.get("trigger");
    List<String> items = new ArrayList<>();
    for (Object item : (List<?>) value.get("items")) {
      items.add(text((GenericRecord) item, "itemId"));
    }
    Map<String, String> versions = new HashMap<>();
    ((Map<?, ?>) value.get("versions"))
        .forEach((name, version) -> versions.put(name.toString(), version.toString()));
    return new EmittedList(
        record.key(),
        text(value, "recommendationId"),
        text(value, "userId"),
        text(trigger, "kind"),
        text(trigger, "id"),
        text(value, "surface"),
        List.copyOf(items),
        text(value, "rung"),
        optional(value.get("rungReason")),
        Map.copyOf(versions),
        optional(value.get("lastEventId")),
        (Integer) value.get("sequenceLength"),
        stages((GenericRecord) value.get("stages")),
        rules((List<?>) value.get("rules")));
  }

  private static Map<String, Long> stages(GenericRecord record) {
    Map<String, Long> stages = new HashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      if (record.get(field.pos()) instanceof Long micros) {
        stages.put(field.name(), micros);
      }
    }
    return stages;
  }

  private static List<String> rules(List<?> applied) {
    return applied.stream().map(rule -> text((GenericRecord) rule, "ruleId")).toList();
  }

  private static String text(GenericRecord record, String field) {
    return record.get(field).toString();
  }

  private static @Nullable String optional(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
