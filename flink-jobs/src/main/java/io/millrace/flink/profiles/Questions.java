package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the questions of all profile prompts have in common. */
final class Questions {
  private static final int MOST_CANDIDATES = 24;
  private static final int MOST_TEXT = 60;
  private static final long SEED = 1;

  private Questions() {}

  /** What is to be asked about: events that are new, or all where none is. */
  static List<EvidenceEvent> news(ProfileEvidence evidence) {
    List<EvidenceEvent> fresh = evidence.fresh();
    return fresh.isEmpty() ? evidence.events() : fresh;
  }

  /**
   * A question about events.
   *
   * @param values of the template's placeholders besides {@code events}
   * @param shown what the question shows
   * @param common events whose traits a closed claim may name
   */
  static ChatRequest ask(
      PromptTemplate template,
      Map<String, String> values,
      NumberedEvents shown,
      List<EvidenceEvent> common,
      PromptSettings settings) {
    List<String> texts =
        settings.claimTexts() == PromptSettings.ClaimTexts.FREE
            ? List.of()
            : Candidates.of(common, MOST_CANDIDATES);
    Map<String, String> all = new HashMap<>(values);
    all.put("events", shown.lines());
    return new ChatRequest(
        template.fill(all),
        ClaimSchema.of(texts, MOST_TEXT, shown.names(), settings.maxClaims()),
        settings.maxTokens(),
        SEED);
  }
}
