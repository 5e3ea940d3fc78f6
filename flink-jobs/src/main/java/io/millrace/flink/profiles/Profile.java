package io.millrace.flink.profiles;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts a profile together: its claims, and the events that they cite. */
final class Profile {
  private static final String NOTHING = "Nothing that their events bear out yet.";

  private final PreviousClaims previous;
  private final EvidenceIndex index;

  Profile(PreviousClaims previous, EvidenceIndex index) {
    this.previous = previous;
    this.index = index;
  }

  WrittenProfile of(
      List<GroundedClaim> interests,
      List<GroundedClaim> dislikes,
      List<GroundedClaim> aspects,
      Map<Rejection, Integer> rejected) {
    List<CitedEvent> cited =
        Stream.of(interests, dislikes, aspects)
            .flatMap(List::stream)
            .flatMap(claim -> claim.evidence().stream())
            .distinct()
            .map(this::cited)
            .flatMap(Optional::stream)
            .sorted(Comparator.comparing(CitedEvent::getEventTime))
            .toList();
    List<Claim> likes = records(interests);
    List<Claim> hates = records(dislikes);
    List<Claim> findings = records(aspects);
    String summary = ProfileText.of(likes, hates, findings);
    return new WrittenProfile(
        summary.isEmpty() ? NOTHING : summary, likes, hates, findings, cited, rejected);
  }

  private static List<Claim> records(List<GroundedClaim> claims) {
    return claims.stream().map(GroundedClaim::record).toList();
  }

  private Optional<CitedEvent> cited(String id) {
    EvidenceEvent event = index.event(id);
    return event == null
        ? Optional.ofNullable(previous.cited(id))
        : Optional.of(
            new CitedEvent(
                id,
                event.itemId(),
                text(event),
                event.type().name(),
                event.value(),
                Instant.ofEpochMilli(event.eventTime())));
  }

  private static String text(EvidenceEvent event) {
    if (event.statement() != null) {
      return event.statement();
    }
    ItemCard item = event.item();
    if (item != null) {
      return item.title();
    }
    return event.itemId() == null ? event.eventId() : event.itemId();
  }
}
