package io.millrace.flink.functions;

import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModelCall;
import io.millrace.flink.profiles.AnswerId;
import io.millrace.flink.profiles.ItemCard;
import io.millrace.flink.profiles.RerankPrompt;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;

/**
 * A list with the titles that the catalogue has for it: an item without one is neither shown nor
 * asked about, as its id says nothing.
 *
 * @param question about the list, with the candidates that have titles
 * @param history titles, oldest first
 * @param candidates titles of the question's candidates
 */
record TitledList(RerankQuestion question, List<String> history, List<String> candidates) {
  private static final int LEAST_CANDIDATES = 2;

  static TitledList of(RerankQuestion question, ReadOnlyBroadcastState<String, ItemCard> catalogue)
      throws Exception {
    List<String> history = new ArrayList<>();
    for (String itemId : question.getItemIds()) {
      ItemCard card = catalogue.get(itemId);
      if (card != null) {
        history.add(card.title());
      }
    }
    List<String> titles = new ArrayList<>();
    List<RerankCandidate> titled = new ArrayList<>();
    for (RerankCandidate candidate : question.getCandidates()) {
      ItemCard card = catalogue.get(candidate.getItemId());
      if (card != null) {
        titles.add(card.title());
        titled.add(candidate);
      }
    }
    RerankQuestion rest = RerankQuestion.newBuilder(question).setCandidates(titled).build();
    return new TitledList(rest, history, titles);
  }

  /** Whether nothing is missing of a list. */
  boolean hasAllTitles(RerankQuestion all) {
    return history.size() == all.getItemIds().size()
        && candidates.size() == all.getCandidates().size();
  }

  /** Whether there is something to go by, and something to put in order. */
  boolean isWorthAsking() {
    boolean known = !history.isEmpty() || !question.getKeywords().isEmpty();
    return known && candidates.size() >= LEAST_CANDIDATES;
  }

  /**
   * What is asked of the language model. They are numbered anew for each list, so that the journal
   * keeps the answers about a user's newest one, and named after the list: of two lists that are
   * asked the same, the second does not wait for answers that are in the journal and used up. The
   * later the list left, the sooner it is asked about: older ones are worth less by the minute.
   */
  List<LanguageModelCall> calls(RerankPrompt prompt, String model) {
    List<LanguageModelCall> calls = new ArrayList<>();
    String user = question.getUserId();
    String list = user + "/" + question.getRecommendationId();
    double gain = question.getAskedAt().toEpochMilli();
    for (ChatRequest request : prompt.questions(history, question.getKeywords(), candidates)) {
      long ordinal = calls.size() + 1L;
      String id = AnswerId.of(list, ordinal, prompt.version(), model, request);
      calls.add(new LanguageModelCall(id, user, ordinal, prompt.version(), gain, request));
    }
    return calls;
  }
}
