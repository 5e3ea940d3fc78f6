package io.millrace.flink.functions;

import io.millrace.flink.features.PendingTrigger;
import io.millrace.flink.lastmile.CompiledRule;
import io.millrace.flink.lastmile.LastMile;
import io.millrace.schemas.avro.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which rules are in force for a list, everybody's and the user's own. */
final class ListRules {
  private final LastMileSettings settings;
  private final SharedStates shared;

  ListRules(LastMileSettings settings, SharedStates shared) {
    this.settings = settings;
    this.shared = shared;
  }

  /** In {@link CompiledRule#ORDER}. */
  List<CompiledRule> inForce(ActiveUser user, String surface, long now) throws IOException {
    List<CompiledRule> inForce = new ArrayList<>();
    for (CompiledRule rule : shared.rules()) {
      if (rule.isInForce(surface, now)) {
        inForce.add(rule);
      }
    }
    Map<String, Rule> own = user.rules();
    for (Rule rule : own.values()) {
      CompiledRule compiled = CompiledRule.of(rule);
      if (compiled.isInForce(surface, now)) {
        inForce.add(compiled);
      }
    }
    if (!own.isEmpty()) {
      inForce.sort(CompiledRule.ORDER);
    }
    return inForce;
  }

  /**
   * Items to ask the model server for: more than the list has where some may be taken out or moved.
   */
  int itemsToAsk(ActiveUser user, PendingTrigger trigger, long now) throws IOException {
    boolean asItIs = shared.unavailable() == 0 && inForce(user, trigger.surface(), now).isEmpty();
    int items = asItIs ? trigger.k() : Math.max(trigger.k(), settings.candidates());
    boolean reranked = settings.rerank().names(user.userId, trigger.surface());
    return reranked ? Math.max(items, settings.rerank().candidates()) : items;
  }

  /** Strength of the model server's diversity. */
  float diversity() {
    return settings.diversity();
  }

  /** What the rules do to one list. */
  LastMile lastMile(List<CompiledRule> inForce, long now) {
    return new LastMile(inForce, shared, now, settings.candidates());
  }
}
