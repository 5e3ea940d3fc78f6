package io.millrace.standalone.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.flink.profiles.DraftClaim;
import io.millrace.flink.profiles.DraftClaim.Kind;
import io.millrace.flink.profiles.EvidenceEvent;
import io.millrace.flink.profiles.ProfileDraft;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.standalone.profiles.LabelRule.Label;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimLabelsTest {
  private static final KnownUser USER =
      new KnownUser(
          "user",
          new ProfileEvidence(
              List.of(new EvidenceEvent("e", "i", null, InteractionType.LIKE, null, 1, null)),
              null,
              1),
          (text, liked) -> text.equals("Drama") == liked ? Label.RIGHT : Label.WRONG,
          (text, liked) -> Label.UNDECIDED);

  @Test
  void claimsOfEveryKindAreLabelledOnceAndKnownToBeKept() {
    ProfileDraft draft =
        new ProfileDraft(
            List.of(
                new DraftClaim(Kind.INTEREST, "", "Drama", List.of("e")),
                new DraftClaim(Kind.INTEREST, "", "Drama", List.of("e")),
                new DraftClaim(Kind.DISLIKE, "", "War", List.of("e")),
                new DraftClaim(Kind.ASPECT, "genre", "Drama", List.of("e")),
                new DraftClaim(Kind.ASPECT, "year", "1990s", List.of("e"))));
    WrittenProfile written =
        new WrittenProfile(
            "Likes dramas.",
            List.of(),
            List.of(new Claim("War", 0.5f, List.of("e"))),
            List.of(new Claim("genre: Drama", 0.5f, List.of("e", "f"))),
            List.of(),
            Map.of());
    ClaimLabels labels = new ClaimLabels();

    labels.add(USER, draft, written);

    assertEquals(
        List.of(
            "user\tinterest\tDrama\te\tdropped\tRIGHT\tUNDECIDED",
            "user\tdislike\tWar\te\tkept\tRIGHT\tUNDECIDED",
            "user\tinterest\tgenre: Drama\te,f\tkept\tRIGHT\tUNDECIDED",
            "user\tinterest\tyear: 1990s\te\tdropped\tWRONG\tUNDECIDED"),
        labels.claims().stream().map(LabelledClaim::line).toList());
  }
}
