package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.records.ItemUpdate;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lets in the catalogue, cut to what profiles need: every operator instance keeps all of it. */
public final class AdmitItems extends Admission<Item, ItemUpdate> {
  private static final long serialVersionUID = 1L;
  private static final int MAX_TITLE_CHARS = 160;
  private static final int MAX_VALUE_CHARS = 64;
  private static final int MAX_VALUES = 16;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitItems(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(Item value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  ItemUpdate input(Item value, Arrival arrival) {
    return new ItemUpdate(value.getItemId(), card(value));
  }

  @Override
  ItemUpdate removal(String key, Arrival arrival) {
    return new ItemUpdate(key, null);
  }

  private static ItemCard card(Item item) {
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    int left = MAX_VALUES;
    for (Map.Entry<String, List<String>> attribute :
        new TreeMap<>(item.getAttributes()).entrySet()) {
      List<String> values = new ArrayList<>();
      for (String value : attribute.getValue()) {
        if (left > 0 && !value.isBlank()) {
          values.add(cut(value.strip(), MAX_VALUE_CHARS));
          left--;
        }
      }
      if (!values.isEmpty()) {
        attributes.put(cut(attribute.getKey(), MAX_VALUE_CHARS), List.copyOf(values));
      }
    }
    String title = item.getTitle().isBlank() ? item.getItemId() : item.getTitle().strip();
    return new ItemCard(cut(title, MAX_TITLE_CHARS), attributes);
  }

  private static String cut(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
    return text.substring(0, end);
  }
}
