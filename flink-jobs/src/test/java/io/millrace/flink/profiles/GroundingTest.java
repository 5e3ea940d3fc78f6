package io.millrace.flink.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.UserProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroundingTest {
  private static final List<EvidenceEvent> LIKES_DRAMA_NOT_HORROR =
      List.of(
          Events.rated(1, 5, "First Light", "Drama"),
          Events.rated(2, 5, "Second Light", "Drama"),
          Events.rated(3, 4, "Third Light", "Drama", "War"),
          Events.rated(4, 1, "Dark One", "Horror"),
          Events.rated(5, 2, "Dark Two", "Horror"),
          Events.rated(6, 1, "Dark Three", "Horror", "War"));

  private final Grounding grounding = new Grounding(GroundingRules.defaults());

  @Test
  void aClaimThatTheEventsBearOutStays() {
    WrittenProfile profile =
        ground(interest("Drama", "event-1", "event-2"), dislike("Horror", "event-4"));

    assertEquals(List.of("Drama"), texts(profile.interests()));
    assertEquals(0.6f, profile.interests().get(0).getWeight(), 1e-6f);
    assertEquals(List.of("Horror"), texts(profile.dislikes()));
    assertEquals(Map.of(), profile.rejected());
    assertEquals(3, profile.cited().size());
  }

  @Test
  void freeWordsAroundWhatIsNamedAreFine() {
    assertEquals(
        List.of("moving dramas"), texts(ground(interest("moving dramas", "event-1")).interests()));
  }

  @Test
  void everyReasonToDropAClaimIsCounted() {
    WrittenProfile profile =
        ground(
            interest("Drama"),
            interest("Drama", "e77"),
            interest("x".repeat(61), "event-1"),
            interest(" ", "event-1"),
            interest("Western", "event-1"),
            interest("Drama", "event-4"),
            interest("Horror", "event-4"),
            interest("War", "event-3"),
            interest("Drama", "event-1"),
            interest("dramas", "event-2"));

    assertEquals(List.of("Drama"), texts(profile.interests()));
    assertEquals(
        Map.of(
            Rejection.CITES_NOTHING, 1,
            Rejection.UNKNOWN_EVENT, 1,
            Rejection.TOO_LONG, 2,
            Rejection.NOT_BORNE_OUT, 2,
            Rejection.WRONG_SIGN, 1,
            Rejection.CONTRADICTED, 1,
            Rejection.DUPLICATE, 1),
        profile.rejected());
  }

  @Test
  void whatFewEventsShowIsTooWeak() {
    WrittenProfile profile =
        grounding.ground(
            Events.evidence(
                Events.rated(1, 5, "One", "Drama"),
                Events.rated(2, 5, "Two", "Drama"),
                Events.rated(3, 1, "Three", "Horror")),
            new ProfileDraft(List.of(interest("Drama", "event-1"))));

    assertEquals(Map.of(Rejection.TOO_WEAK, 1), profile.rejected());
    assertEquals("Nothing that their events bear out yet.", profile.summary());
  }

  @Test
  void aStatementAloneIsEnough() {
    WrittenProfile profile =
        grounding.ground(
            Events.evidence(Events.said(1, "I love westerns but no musicals")),
            new ProfileDraft(
                List.of(
                    interest("western", "event-1"),
                    dislike("musical", "event-1"),
                    interest("musical", "event-1"))));

    assertEquals(List.of("western"), texts(profile.interests()));
    assertEquals(List.of("musical"), texts(profile.dislikes()));
    assertEquals(Map.of(Rejection.WRONG_SIGN, 1), profile.rejected());
  }

  @Test
  void clicksAloneNeedNoContrast() {
    List<EvidenceEvent> clicks = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      EvidenceEvent rated = Events.rated(i, 5, "Item " + i, "Shoes");
      clicks.add(
          new EvidenceEvent(
              rated.eventId(),
              rated.itemId(),
              rated.item(),
              InteractionType.CLICK,
              null,
              rated.eventTime(),
              null));
    }

    WrittenProfile profile =
        grounding.ground(
            new ProfileEvidence(clicks, null, 4),
            new ProfileDraft(List.of(interest("Shoes", "event-1"))));

    assertEquals(List.of("Shoes"), texts(profile.interests()));
  }

  @Test
  void eventsThatSayTheOppositeTakeWeightUntilThereIsNone() {
    UserProfile profile = profile(ground(interest("Drama", "event-1", "event-2")));
    List<EvidenceEvent> all = new ArrayList<>(LIKES_DRAMA_NOT_HORROR);
    List<Float> weights = new ArrayList<>();
    for (int i = 7; i < 12; i++) {
      all.add(Events.rated(i, 1, "Dull " + i, "Drama"));
      WrittenProfile next =
          grounding.ground(
              new ProfileEvidence(all, profile, all.size()), new ProfileDraft(List.of()));
      weights.add(next.interests().isEmpty() ? 0 : next.interests().get(0).getWeight());
      profile = profile(next, all.size());
    }

    for (int i = 1; i < weights.size(); i++) {
      assertTrue(weights.get(i) < weights.get(i - 1) || weights.get(i) == 0, weights.toString());
    }
    assertEquals(0f, weights.get(weights.size() - 1), weights.toString());
  }

  @Test
  void aClaimOfBeforeKeepsItsEvidenceWhenItsEventsAreKeptNoMore() {
    UserProfile profile = profile(ground(interest("Drama", "event-1", "event-2")));

    WrittenProfile next =
        grounding.ground(
            new ProfileEvidence(List.of(Events.rated(9, 5, "New", "Drama")), profile, 7),
            new ProfileDraft(List.of(interest("Drama", "event-9"))));

    assertEquals(List.of("event-1", "event-2", "event-9"), next.interests().get(0).getEvidence());
    assertEquals(3, next.cited().size());
    assertEquals("First Light", next.cited().get(0).getText());
    assertEquals(Map.of(), next.rejected());
  }

  @Test
  void onlyTheWeightiestClaimsStay() {
    Grounding narrow = new Grounding(new GroundingRules(5, 1, 0, 60, 1, 1));

    WrittenProfile profile =
        narrow.ground(
            new ProfileEvidence(LIKES_DRAMA_NOT_HORROR, null, 6),
            new ProfileDraft(
                List.of(interest("third", "event-3"), interest("Drama", "event-1", "event-2"))));

    assertEquals(List.of("Drama"), texts(profile.interests()));
    assertEquals(List.of("event-2"), profile.interests().get(0).getEvidence());
    assertEquals(Map.of(Rejection.TOO_MANY, 1), profile.rejected());
  }

  private WrittenProfile ground(DraftClaim... claims) {
    return grounding.ground(
        new ProfileEvidence(LIKES_DRAMA_NOT_HORROR, null, LIKES_DRAMA_NOT_HORROR.size()),
        new ProfileDraft(Arrays.asList(claims)));
  }

  private static UserProfile profile(WrittenProfile written) {
    return profile(written, LIKES_DRAMA_NOT_HORROR.size());
  }

  private static UserProfile profile(WrittenProfile written, int events) {
    return UserProfile.newBuilder()
        .setUserId("user")
        .setVersion(1)
        .setUpdatedAt(Instant.EPOCH)
        .setSummary(written.summary())
        .setInterests(written.interests())
        .setDislikes(written.dislikes())
        .setAspects(written.aspects())
        .setCited(written.cited())
        .setEventCount(events)
        .setModel("fake")
        .setPromptVersion("keywords/1")
        .build();
  }

  private static DraftClaim interest(String text, String... cited) {
    return new DraftClaim(DraftClaim.Kind.INTEREST, "", text, List.of(cited));
  }

  private static DraftClaim dislike(String text, String... cited) {
    return new DraftClaim(DraftClaim.Kind.DISLIKE, "", text, List.of(cited));
  }

  private static List<String> texts(List<Claim> claims) {
    return claims.stream().map(Claim::getText).toList();
  }
}
