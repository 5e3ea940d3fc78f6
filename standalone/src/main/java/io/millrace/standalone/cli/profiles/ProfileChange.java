package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of one claim from a version of a profile to a later one.
 *
 * @param section where it stands
 * @param text the claim's
 * @param before its weight before; null when it is new
 * @param after its weight now; null when it is gone
 */
record ProfileChange(Section section, String text, @Nullable Float before, @Nullable Float after) {
  /** Weights are shown with two digits; what does not show there is no change. */
  private static final float SMALLEST = 0.005f;

  /** The kinds of claims, as people read them. */
  enum Section {
    LIKES("Likes", UserProfile::getInterests),
    DISLIKES("Dislikes", UserProfile::getDislikes),
    PREFERS("Prefers", UserProfile::getAspects);

    private final String title;
    private final Function<UserProfile, List<Claim>> claims;

    Section(String title, Function<UserProfile, List<Claim>> claims) {
      this.title = title;
      this.claims = claims;
    }

    String title() {
      return title;
    }

    List<Claim> of(UserProfile profile) {
      return claims.apply(profile);
    }
  }

  /** All changes: those of likes first, and what is gone after what is there. */
  static List<ProfileChange> between(UserProfile before, UserProfile after) {
    List<ProfileChange> changes = new ArrayList<>();
    for (Section section : Section.values()) {
      Map<String, Float> old = new HashMap<>();
      section.of(before).forEach(claim -> old.put(claim.getText(), claim.getWeight()));
      for (Claim claim : section.of(after)) {
        Float was = old.remove(claim.getText());
        if (was == null || Math.abs(was - claim.getWeight()) >= SMALLEST) {
          changes.add(new ProfileChange(section, claim.getText(), was, claim.getWeight()));
        }
      }
      for (Claim claim : section.of(before)) {
        Float was = old.remove(claim.getText());
        if (was != null) {
          changes.add(new ProfileChange(section, claim.getText(), was, null));
        }
      }
    }
    return changes;
  }
}
