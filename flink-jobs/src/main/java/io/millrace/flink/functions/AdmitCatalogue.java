package io.millrace.flink.functions;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.lastmile.RuleCheck;
import io.millrace.flink.records.SharedInput;
import io.millrace.flink.records.SharedInput.ItemChanged;
import io.millrace.flink.records.UserInput.Arrival;
import io.millrace.schemas.avro.Item;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lets in the catalogue, cut to what rules can ask: every operator instance keeps all of it. */
public final class AdmitCatalogue extends Admission<Item, SharedInput> {
  private static final long serialVersionUID = 1L;

  /** Values of an item that are kept, in the order of its attributes' names. */
  private static final int MAX_VALUES = 64;

  /**
   * @param job name of the job, for its dead letters
   * @param skew how far a record's own time may lie after its Kafka timestamp
   */
  public AdmitCatalogue(String job, Duration skew) {
    super(job, skew.toMillis());
  }

  @Override
  @Nullable Refusal check(Item value, long published, InputRules rules) {
    return rules.check(value, published);
  }

  @Override
  SharedInput input(Item value, Arrival arrival) {
    return new ItemChanged(
        value.getItemId(),
        ItemFacts.of(value.getAvailable(), value.getUpdatedAt().toEpochMilli(), attributes(value)));
  }

  @Override
  SharedInput removal(String key, Arrival arrival) {
    return new ItemChanged(key, ItemFacts.REMOVED);
  }

  /** What no rule could name is left out. */
  private static Map<String, List<String>> attributes(Item item) {
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    int left = MAX_VALUES;
    for (Map.Entry<String, List<String>> attribute :
        new TreeMap<>(item.getAttributes()).entrySet()) {
      if (attribute.getKey().length() <= RuleCheck.MAX_VALUE_CHARS) {
        List<String> values =
            attribute.getValue().stream()
                .filter(value -> value.length() <= RuleCheck.MAX_VALUE_CHARS)
                .limit(left)
                .toList();
        left -= values.size();
        attributes.put(attribute.getKey(), values);
      }
    }
    return attributes;
  }
}
