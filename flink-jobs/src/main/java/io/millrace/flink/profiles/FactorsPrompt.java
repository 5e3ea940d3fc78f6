package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a user likes, factor by factor as KAR does it: the aspects that matter in the domain are
 * found once, by {@link AspectPrompt}, and each is asked about on its own. A model that cannot tell
 * what somebody likes altogether can often tell what they like as to one thing.
 */
final class FactorsPrompt implements ProfilePrompt {
  private static final String VERSION = "factors/1";
  private static final int MOST_NAME = 24;

  private final PromptSettings settings;
  private final PromptTemplate template = PromptTemplate.load(VERSION + "/aspect");

  FactorsPrompt(PromptSettings settings) {
    this.settings = settings;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public List<ChatRequest> questions(ProfileEvidence evidence) {
    NumberedEvents shown = shown(evidence);
    return settings.aspects().stream()
        .map(
            aspect ->
                Questions.ask(
                    template,
                    Map.of("aspect", name(aspect)),
                    shown,
                    evidence,
                    Stance.FOR,
                    aspect,
                    settings))
        .toList();
  }

  @Override
  public ProfileDraft read(ProfileEvidence evidence, List<String> answers)
      throws UnreadableAnswerException {
    Answers.checkCount(answers, settings.aspects().size());
    NumberedEvents shown = shown(evidence);
    List<DraftClaim> claims = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      String aspect = name(settings.aspects().get(i));
      claims.addAll(AnswerReader.claims(answers.get(i), DraftClaim.Kind.ASPECT, aspect, shown));
    }
    return new ProfileDraft(claims);
  }

  private static String name(String aspect) {
    return UntrustedText.clean(aspect, MOST_NAME);
  }

  private NumberedEvents shown(ProfileEvidence evidence) {
    Tastes tastes = new Tastes(settings.ratingScale(), evidence.events());
    List<EvidenceEvent> events = Questions.news(evidence);
    List<EvidenceEvent> liked =
        events.stream().filter(event -> tastes.says(event, Stance.FOR)).toList();
    return new NumberedEvents(liked.isEmpty() ? events : liked, settings.maxEvents());
  }
}
