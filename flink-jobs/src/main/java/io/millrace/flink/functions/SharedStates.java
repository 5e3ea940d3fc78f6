package io.millrace.flink.functions;

import io.millrace.flink.lastmile.Catalogue;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.ItemFacts;
import io.millrace.flink.records.AvroRecordSerializer;
import io.millrace.flink.records.ItemFactsSerializer;
import io.millrace.schemas.avro.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules of everybody and the catalogue, the same in every instance: broadcast state, in memory.
 *
 * <p><b>What could leak.</b> Nothing: both are bounded, and what comes beyond is counted and not
 * kept. An item that was removed keeps its place, since it must not be recommended.
 */
final class SharedStates implements Catalogue {
  private static final Logger LOG = LoggerFactory.getLogger(SharedStates.class);

  /** Rules of everybody, by id. A removed rule leaves nothing. */
  private static final MapStateDescriptor<String, Rule> RULES =
      new MapStateDescriptor<>(
          "rules", StringSerializer.INSTANCE, new AvroRecordSerializer<>(Rule.class));

  /** What rules can ask about items, by id; of a removed one that it is. */
  private static final MapStateDescriptor<String, ItemFacts> CATALOGUE =
      new MapStateDescriptor<>("catalogue", StringSerializer.INSTANCE, new ItemFactsSerializer());

  private final LastMileSettings settings;
  private final BroadcastState<String, Rule> rules;
  private final BroadcastState<String, ItemFacts> catalogue;
  private final SharedTexts texts = new SharedTexts();
  private List<CompiledRule> compiled = List.of();
  private int ruleCount;
  private int items;
  private int unavailable;
  private long rulesRefused;
  private long itemsRefused;

  SharedStates(LastMileSettings settings, OperatorStateStore store) throws Exception {
    this.settings = settings;
    this.rules = store.getBroadcastState(RULES);
    this.catalogue = store.getBroadcastState(CATALOGUE);
    compile();
    for (Map.Entry<String, ItemFacts> entry : catalogue.entries()) {
      entry.setValue(texts.share(entry.getValue()));
      items++;
      unavailable += entry.getValue().available() ? 0 : 1;
    }
  }

  /** Takes in a rule, or its removal; the newest version counts, whatever the order. */
  void rule(String ruleId, @Nullable Rule rule) throws Exception {
    Rule current = rules.get(ruleId);
    if (rule == null) {
      rules.remove(ruleId);
    } else if (current == null && ruleCount >= settings.maxRules()) {
      rulesRefused++;
      LOG.warn(
          "Rule {} is not used: there are {} already, the most that"
              + " millrace.last-mile.max-rules allows",
          ruleId,
          ruleCount);
      return;
    } else if (current == null || !rule.getUpdatedAt().isBefore(current.getUpdatedAt())) {
      rules.put(ruleId, rule);
    }
    compile();
  }

  private void compile() throws Exception {
    List<CompiledRule> all = new ArrayList<>();
    for (Map.Entry<String, Rule> entry : rules.entries()) {
      all.add(CompiledRule.of(entry.getValue()));
    }
    all.sort(CompiledRule.ORDER);
    compiled = all;
    ruleCount = all.size();
  }

  /** Takes in what the catalogue says of an item. */
  void item(String itemId, ItemFacts facts) throws Exception {
    ItemFacts known = catalogue.get(itemId);
    if (known == null && items >= settings.maxItems()) {
      itemsRefused++;
      return;
    }
    if (known == null) {
      items++;
    } else {
      unavailable -= known.available() ? 0 : 1;
    }
    unavailable += facts.available() ? 0 : 1;
    catalogue.put(itemId, texts.share(facts));
  }

  /** Looks how far the rules reach. */
  void measure(RuleReach reach, long now) throws Exception {
    Iterable<Map.Entry<String, ItemFacts>> all = catalogue.entries();
    reach.measure(compiled, all, now);
  }

  /** In {@link CompiledRule#ORDER}. */
  List<CompiledRule> rules() {
    return compiled;
  }

  int items() {
    return items;
  }

  int unavailable() {
    return unavailable;
  }

  long rulesRefused() {
    return rulesRefused;
  }

  long itemsRefused() {
    return itemsRefused;
  }

  @Override
  public @Nullable ItemFacts facts(String itemId) {
    try {
      return catalogue.get(itemId);
    } catch (Exception e) {
      throw new IllegalStateException("reading what the catalogue says of item " + itemId, e);
    }
  }
}
