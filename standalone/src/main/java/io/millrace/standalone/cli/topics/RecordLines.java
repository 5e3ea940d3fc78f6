package io.millrace.standalone.cli.topics;

import io.millrace.schemas.avro.DeadLetter;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** A record as one line for a person. */
final class RecordLines {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private final Map<String, String> titles;
  private final ZoneId zone;

  /** Shows items by these titles where it can, times in this zone. */
  RecordLines(Map<String, String> titles, ZoneId zone) {
    this.titles = titles;
    this.zone = zone;
  }

  /** The line; {@code timestamp} is Kafka's, in milliseconds. */
  String line(long timestamp, SpecificRecord value) {
    return TIME.format(Instant.ofEpochMilli(timestamp).atZone(zone)) + "  " + text(value);
  }

  private String text(SpecificRecord value) {
    if (value instanceof Recommendation list) {
      return "user %s  %s%s  after %s %s: %s"
          .formatted(
              list.getUserId(),
              list.getRung().name().toLowerCase(Locale.ROOT),
              list.getRungReason() == null ? "" : " (" + list.getRungReason() + ")",
              list.getTrigger().getKind().name().toLowerCase(Locale.ROOT),
              list.getTrigger().getId(),
              list.getItems().stream().map(this::item).collect(Collectors.joining(" · ")));
    }
    if (value instanceof Interaction event) {
      String stars = event.getValue() == null ? "" : " " + event.getValue();
      return "user %s  %s%s  %s"
          .formatted(
              event.getUserId(),
              event.getType().name().toLowerCase(Locale.ROOT),
              stars,
              event.getItemId() == null
                  ? event.getStatement()
                  : titles.getOrDefault(event.getItemId(), event.getItemId()));
    }
    if (value instanceof DeadLetter letter) {
      return "%s-%d@%d  %s: %s"
          .formatted(
              letter.getTopic(),
              letter.getPartition(),
              letter.getOffset(),
              letter.getReason(),
              letter.getDetail());
    }
    return value.toString();
  }

  private String item(RecommendedItem item) {
    return titles.getOrDefault(item.getItemId(), item.getItemId());
  }
}
