package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the questions of all profile prompts have in common. */
final class Questions {
  private static final int MOST_CANDIDATES = 6;
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
   * @param values of the template's placeholders besides {@code events} and {@code traits}
   * @param shown what the question shows
   * @param evidence what is known
   * @param claimed what is asked for
   */
  static ChatRequest ask(
      PromptTemplate template,
      Map<String, String> values,
      NumberedEvents shown,
      ProfileEvidence evidence,
      Stance claimed,
      PromptSettings settings) {
    return ask(template, values, shown, evidence, claimed, "", settings);
  }

  /** The same, about one attribute. */
  static ChatRequest ask(
      PromptTemplate template,
      Map<String, String> values,
      NumberedEvents shown,
      ProfileEvidence evidence,
      Stance claimed,
      String attribute,
      PromptSettings settings) {
    EvidenceIndex index = new EvidenceIndex(settings.ratingScale(), evidence.events());
    List<Candidates.Candidate> candidates =
        Candidates.of(shown, index, evidence.events(), claimed, attribute, MOST_CANDIDATES);
    boolean free = candidates.isEmpty() || settings.claimTexts() == PromptSettings.ClaimTexts.FREE;
    Map<String, String> all = new HashMap<>(values);
    all.put("events", shown.lines(free));
    all.put("traits", candidates.stream().map(Questions::line).collect(Collectors.joining("\n")));
    return new ChatRequest(
        template.fill(all),
        free
            ? ClaimSchema.free(MOST_TEXT, shown.names(), settings.maxClaims())
            : ClaimSchema.closed(candidates, settings.maxClaims()),
        settings.maxTokens(),
        SEED);
  }

  private static String line(Candidates.Candidate candidate) {
    return candidate.label() + ": " + String.join(" ", candidate.events());
  }
}
