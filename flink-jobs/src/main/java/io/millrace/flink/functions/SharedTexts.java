package io.millrace.flink.functions;

import io.millrace.flink.lastmile.ItemFacts;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes equal names and values of attributes one text in memory: a catalogue has few of them and
 * many items. Bounded; a text beyond the bound is merely not shared.
 */
final class SharedTexts {
  private static final int MOST = 100_000;

  private final Map<String, String> texts = new HashMap<>();

  ItemFacts share(ItemFacts facts) {
    String[] pairs = facts.pairs().clone();
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = share(pairs[i]);
    }
    return pairs.length == 0 && !facts.available() && facts.updatedAt() == 0
        ? ItemFacts.REMOVED
        : new ItemFacts(facts.available(), facts.updatedAt(), pairs);
  }

  private String share(String text) {
    String known = texts.get(text);
    if (known == null && texts.size() < MOST) {
      texts.put(text, text);
    }
    return known == null ? text : known;
  }
}
