package io.millrace.flink.lastmile;

import io.millrace.schemas.avro.KnownItem;
import io.millrace.schemas.avro.ModelAnswer;
import io.millrace.schemas.avro.OfferedItem;
import io.millrace.schemas.avro.RecommendationInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of rules and catalogue is kept with a list, and the last mile of a past list from it. Kept
 * is what had a say: rules that match no candidate, and what the catalogue says of items that no
 * rule matches, change nothing.
 */
public final class PastList {
  /** Rules that are kept with a list at most. */
  public static final int MOST_RULES = 100;

  private PastList() {}

  /**
   * The last mile of a past list.
   *
   * @param input as it was kept
   * @param served the model server's answer, then or now
   */
  public static Outcome again(RecommendationInput input, List<Candidate> served) {
    Map<String, ItemFacts> facts = new HashMap<>();
    for (KnownItem item : input.getFacts()) {
      facts.put(
          item.getItemId(),
          ItemFacts.of(
              item.getAvailable(), item.getUpdatedAt().toEpochMilli(), item.getAttributes()));
    }
    List<CompiledRule> rules =
        input.getRules().stream().map(CompiledRule::of).sorted(CompiledRule.ORDER).toList();
    Offer offer =
        new Offer(
            Reranker.of(input.getReranking()).order(served),
            candidates(input.getLower()),
            input.getCall().getExcludeIds(),
            input.getK());
    return new LastMile(
            rules, facts::get, input.getDecidedAt().toEpochMilli(), input.getCandidates())
        .apply(offer);
  }

  /** The model server's answer of then; empty when none came. */
  public static List<Candidate> served(RecommendationInput input) {
    ModelAnswer answer = input.getAnswer();
    return answer == null ? List.of() : candidates(answer.getItems());
  }

  /** As they are kept. */
  public static List<OfferedItem> offered(List<Candidate> candidates) {
    return candidates.stream()
        .map(
            item ->
                new OfferedItem(item.itemId(), item.score(), item.source(), item.matchedKeyword()))
        .toList();
  }

  private static List<Candidate> candidates(List<OfferedItem> offered) {
    return offered.stream()
        .map(
            item ->
                new Candidate(
                    item.getItemId(), item.getScore(), item.getSource(), item.getMatchedKeyword()))
        .toList();
  }

  /**
   * Those of some rules that match a candidate, in their order; all of them, whatever {@link
   * #MOST_RULES}.
   *
   * @param now epoch milliseconds
   */
  public static List<CompiledRule> concerned(
      List<CompiledRule> rules, List<Candidate> candidates, Catalogue catalogue, long now) {
    return rules.stream()
        .filter(
            rule ->
                candidates.stream()
                    .map(Candidate::itemId)
                    .anyMatch(id -> rule.matches(id, catalogue.facts(id), now)))
        .toList();
  }

  /**
   * What the catalogue says of candidates that a rule matches, as far as rules ask, and of those
   * that are not available.
   */
  public static List<KnownItem> facts(
      List<CompiledRule> rules, List<Candidate> candidates, Catalogue catalogue, long now) {
    List<KnownItem> kept = new ArrayList<>();
    for (Candidate candidate : candidates) {
      String id = candidate.itemId();
      ItemFacts facts = catalogue.facts(id);
      if (facts != null
          && (!facts.available()
              || rules.stream().anyMatch(rule -> rule.matches(id, facts, now)))) {
        kept.add(
            new KnownItem(
                id,
                facts.available(),
                Instant.ofEpochMilli(facts.updatedAt()),
                asked(facts, rules)));
      }
    }
    return kept;
  }

  private static Map<String, List<String>> asked(ItemFacts facts, List<CompiledRule> rules) {
    Map<String, List<String>> asked = new LinkedHashMap<>(facts.attributes());
    asked.keySet().removeIf(name -> rules.stream().noneMatch(rule -> rule.asksAbout(name)));
    return asked;
  }
}
