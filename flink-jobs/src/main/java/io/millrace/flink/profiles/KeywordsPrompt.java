package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Keywords of what a user likes, and of what they do not, as PALR makes them. One question shows
 * only what was liked and one only what was not: small models mix them up otherwise.
 */
final class KeywordsPrompt implements ProfilePrompt {
  private static final String VERSION = "keywords/1";

  private final PromptSettings settings;
  private final PromptTemplate likes = PromptTemplate.load("keywords/1/likes");
  private final PromptTemplate dislikes = PromptTemplate.load("keywords/1/dislikes");

  KeywordsPrompt(PromptSettings settings) {
    this.settings = settings;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public List<ChatRequest> questions(ProfileEvidence evidence) {
    return parts(evidence).stream().map(this::question).toList();
  }

  @Override
  public ProfileDraft read(ProfileEvidence evidence, List<String> answers)
      throws UnreadableAnswerException {
    List<Part> parts = parts(evidence);
    Answers.checkCount(answers, parts.size());
    List<DraftClaim> claims = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      claims.addAll(AnswerReader.claims(answers.get(i), part.kind, "", part.shown));
    }
    return new ProfileDraft(claims);
  }

  private ChatRequest question(Part part) {
    PromptTemplate template = part.kind == DraftClaim.Kind.INTEREST ? likes : dislikes;
    return Questions.ask(template, Map.of(), part.shown, part.shown.events(), settings);
  }

  private List<Part> parts(ProfileEvidence evidence) {
    Tastes tastes = new Tastes(settings.ratingScale(), evidence.events());
    List<Part> parts = new ArrayList<>();
    for (Stance stance : List.of(Stance.FOR, Stance.AGAINST)) {
      List<EvidenceEvent> events =
          Questions.news(evidence).stream()
              .filter(event -> event.statement() != null || tastes.stance(event) == stance)
              .toList();
      if (!events.isEmpty()) {
        parts.add(
            new Part(
                stance == Stance.FOR ? DraftClaim.Kind.INTEREST : DraftClaim.Kind.DISLIKE,
                new NumberedEvents(events, settings.maxEvents())));
      }
    }
    if (parts.isEmpty()) {
      // Only events that say nothing either way, as views: what they have in common is all there
      // is.
      parts.add(
          new Part(
              DraftClaim.Kind.INTEREST,
              new NumberedEvents(Questions.news(evidence), settings.maxEvents())));
    }
    return parts;
  }

  private record Part(DraftClaim.Kind kind, NumberedEvents shown) {}
}
