package io.millrace.flink.features;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a profile says that a user likes or does not.
 *
 * @param text at most {@value #MOST_CHARS} characters, never blank
 * @param weight above 0 to 1 for an interest, below 0 to -1 for a dislike
 * @param after title of the newest event that the claim cites, at most {@value #MOST_CHARS}
 *     characters; null when the profile does not have it
 */
public record ProfileClaim(String text, float weight, @Nullable String after) {
  /** Claims of a profile that are used at most. */
  public static final int MOST = 16;

  /** Characters of a text or title at most; longer ones are cut. */
  public static final int MOST_CHARS = 80;

  /** The weightiest interests and dislikes of a profile, the weightiest first. */
  static List<ProfileClaim> weightiest(UserProfile profile) {
    Map<String, CitedEvent> cited = new HashMap<>();
    for (CitedEvent event : profile.getCited()) {
      cited.put(event.getEventId(), event);
    }
    List<ProfileClaim> claims = new ArrayList<>();
    add(claims, profile.getInterests(), 1, cited);
    add(claims, profile.getDislikes(), -1, cited);
    claims.sort(Comparator.comparing(claim -> -Math.abs(claim.weight)));
    return List.copyOf(claims.subList(0, Math.min(MOST, claims.size())));
  }

  /** What is no claim is left out: a weight that is no number, a text of blanks. */
  private static void add(
      List<ProfileClaim> claims, List<Claim> from, int sign, Map<String, CitedEvent> cited) {
    for (Claim claim : from) {
      String text = cut(claim.getText());
      if (claim.getWeight() > 0 && !text.isEmpty()) {
        claims.add(
            new ProfileClaim(
                text, sign * Math.min(1, claim.getWeight()), newest(claim.getEvidence(), cited)));
      }
    }
  }

  private static @Nullable String newest(List<String> evidence, Map<String, CitedEvent> cited) {
    CitedEvent newest = null;
    for (String id : evidence) {
      CitedEvent event = cited.get(id);
      if (event != null && (newest == null || !event.getEventTime().isBefore(time(newest)))) {
        newest = event;
      }
    }
    String title = newest == null ? "" : cut(newest.getText());
    return title.isEmpty() ? null : title;
  }

  private static Instant time(CitedEvent event) {
    return event.getEventTime();
  }

  private static String cut(String text) {
    String stripped = text.strip();
    if (stripped.length() <= MOST_CHARS) {
      return stripped;
    }
    boolean splits = Character.isHighSurrogate(stripped.charAt(MOST_CHARS - 1));
    return stripped.substring(0, splits ? MOST_CHARS - 1 : MOST_CHARS).strip();
  }

  void writeTo(DataOutput out) throws IOException {
    Compact.writeText(out, text);
    out.writeFloat(weight);
    Compact.writeOptionalText(out, after);
  }

  static ProfileClaim readFrom(DataInput in) throws IOException {
    return new ProfileClaim(Compact.readText(in), in.readFloat(), Compact.readOptionalText(in));
  }
}
