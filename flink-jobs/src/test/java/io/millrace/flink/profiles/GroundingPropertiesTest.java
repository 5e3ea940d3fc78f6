package io.millrace.flink.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds whatever a model says: drafts of random claims, on random events. */
class GroundingPropertiesTest {
  private static final int ROUNDS = 500;
  private static final List<String> GENRES = List.of("Drama", "Horror", "Film-Noir", "War");
  private static final List<String> TEXTS =
      List.of("Drama", "horror films", "Film-Noir", "War drama", "Western", "", "night", "wars");

  private final GroundingRules rules = new GroundingRules(5, 1, 0, 20, 3, 4);
  private final Grounding grounding = new Grounding(rules);

  @Test
  void everyClaimCitesEventsAndHasAWeightInRange() {
    Random random = new Random(11);
    int claims = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<EvidenceEvent> events = events(random);
      UserProfile previous = null;
      for (int known = 3; known <= events.size(); known += 3) {
        ProfileDraft draft = draft(random, events);
        WrittenProfile written =
            grounding.ground(new ProfileEvidence(events.subList(0, known), previous, known), draft);
        check(written, events.subList(0, known), draft.claims().size());
        claims += all(written).size();
        previous = profile(written, known);
      }
    }
    assertTrue(claims > 100, "only " + claims + " claims: this test says nothing");
  }

  @Test
  void theSameAnswersGiveTheSameProfile() {
    Random random = new Random(12);
    for (int round = 0; round < ROUNDS; round++) {
      List<EvidenceEvent> events = events(random);
      ProfileDraft draft = draft(random, events);
      ProfileEvidence evidence = new ProfileEvidence(events, null, events.size());

      assertEquals(
          grounding.ground(evidence, draft),
          new Grounding(rules).ground(evidence, new ProfileDraft(draft.claims())));
    }
  }

  private void check(WrittenProfile written, List<EvidenceEvent> known, int drafted) {
    Set<String> cited =
        written.cited().stream().map(CitedEvent::getEventId).collect(Collectors.toSet());
    Set<String> ids = known.stream().map(EvidenceEvent::eventId).collect(Collectors.toSet());
    for (Claim claim : all(written)) {
      assertTrue(claim.getWeight() > 0 && claim.getWeight() <= 1, claim.toString());
      assertFalse(claim.getEvidence().isEmpty(), claim.toString());
      assertTrue(claim.getEvidence().size() <= rules.maxCited(), claim.toString());
      assertTrue(cited.containsAll(claim.getEvidence()), claim.toString());
      assertTrue(ids.containsAll(claim.getEvidence()), claim.toString());
    }
    assertTrue(written.interests().size() <= rules.maxClaims());
    assertTrue(written.dislikes().size() <= rules.maxClaims());
    assertTrue(written.claimsRejected() <= drafted);
    assertTrue(
        Collections.disjoint(texts(written.interests()), texts(written.dislikes())),
        written.toString());
    assertFalse(written.summary().isEmpty());
  }

  private static List<Claim> all(WrittenProfile written) {
    return Stream.of(written.interests(), written.dislikes(), written.aspects())
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> texts(List<Claim> claims) {
    return claims.stream().map(claim -> Words.phrase(claim.getText())).toList();
  }

  private static List<EvidenceEvent> events(Random random) {
    List<EvidenceEvent> events = new ArrayList<>();
    int count = 3 + random.nextInt(12);
    for (int i = 1; i <= count; i++) {
      events.add(
          random.nextInt(8) == 0
              ? Events.said(i, random.nextBoolean() ? "I like drama" : "no horror, more wars")
              : Events.rated(
                  i,
                  1 + random.nextInt(5),
                  random.nextBoolean() ? "A Night of War" : "Night " + i,
                  GENRES.get(random.nextInt(GENRES.size())),
                  GENRES.get(random.nextInt(GENRES.size()))));
    }
    return events;
  }

  private static ProfileDraft draft(Random random, List<EvidenceEvent> events) {
    List<DraftClaim> claims = new ArrayList<>();
    int count = random.nextInt(7);
    for (int i = 0; i < count; i++) {
      DraftClaim.Kind[] kinds = DraftClaim.Kind.values();
      List<String> cited = new ArrayList<>();
      for (int j = random.nextInt(4); j > 0; j--) {
        cited.add(
            random.nextInt(5) == 0 ? "e99" : events.get(random.nextInt(events.size())).eventId());
      }
      claims.add(
          new DraftClaim(
              kinds[random.nextInt(kinds.length)],
              "genre",
              TEXTS.get(random.nextInt(TEXTS.size())),
              cited.stream().distinct().toList()));
    }
    return new ProfileDraft(claims);
  }

  private static @Nullable UserProfile profile(WrittenProfile written, int events) {
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
}
