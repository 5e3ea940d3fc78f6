package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatRequest;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Keywords of what a user likes, and of what they do not, as PALR makes them. One question shows
 * only what was liked and one only what was not: small models mix them up otherwise. Where there is
 * a profile, what it says is shown in a line, with the new events alone, so that a refresh costs
 * the same however long the history is.
 */
final class LikesAndDislikes implements ProfilePrompt {
  private final String version;
  private final Predicate<EvidenceEvent> about;
  private final PromptSettings settings;
  private final PromptTemplate likes;
  private final PromptTemplate dislikes;
  private final PromptTemplate likesAgain;
  private final PromptTemplate dislikesAgain;

  /**
   * A prompt.
   *
   * @param version its name and version, which is the folder of its templates, too
   * @param about which events to ask about; where none is such, about all
   */
  LikesAndDislikes(String version, Predicate<EvidenceEvent> about, PromptSettings settings) {
    this.version = version;
    this.about = about;
    this.settings = settings;
    this.likes = PromptTemplate.load(version + "/likes");
    this.dislikes = PromptTemplate.load(version + "/dislikes");
    this.likesAgain = PromptTemplate.load(version + "/likes-again");
    this.dislikesAgain = PromptTemplate.load(version + "/dislikes-again");
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public List<ChatRequest> questions(ProfileEvidence evidence) {
    return parts(evidence).stream().map(part -> question(part, evidence)).toList();
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

  private ChatRequest question(Part part, ProfileEvidence evidence) {
    UserProfile previous = evidence.previous();
    boolean liked = part.kind == DraftClaim.Kind.INTEREST;
    if (previous == null) {
      return Questions.ask(
          liked ? likes : dislikes, Map.of(), part.shown, evidence, part.kind.stance(), settings);
    }
    List<Claim> known = liked ? previous.getInterests() : previous.getDislikes();
    return Questions.ask(
        liked ? likesAgain : dislikesAgain,
        Map.of("known", KnownClaims.line(known)),
        part.shown,
        evidence,
        part.kind.stance(),
        settings);
  }

  private List<Part> parts(ProfileEvidence evidence) {
    List<EvidenceEvent> events = Questions.news(evidence);
    if (events.stream().anyMatch(about)) {
      events = events.stream().filter(about).toList();
    }
    Tastes tastes = new Tastes(settings.ratingScale(), evidence.events());
    List<Part> parts = new ArrayList<>();
    for (DraftClaim.Kind kind : List.of(DraftClaim.Kind.INTEREST, DraftClaim.Kind.DISLIKE)) {
      List<EvidenceEvent> saying =
          events.stream().filter(event -> tastes.says(event, kind.stance())).toList();
      if (!saying.isEmpty()) {
        parts.add(new Part(kind, new NumberedEvents(saying, settings.maxEvents())));
      }
    }
    if (parts.isEmpty()) {
      // Only events that say nothing either way, as views: what they have in common is all there
      // is.
      parts.add(
          new Part(DraftClaim.Kind.INTEREST, new NumberedEvents(events, settings.maxEvents())));
    }
    return parts;
  }

  private record Part(DraftClaim.Kind kind, NumberedEvents shown) {}
}
