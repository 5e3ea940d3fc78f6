package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.CitedEvent;
import io.millrace.schemas.avro.Claim;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile's claims, weightiest first, each with the events that it cites. */
final class ProfileClaimLines {
  private static final int CLAIM_WIDTH = 40;
  private static final int DEED_WIDTH = 9;
  private static final int TITLE_WIDTH = 43;
  private static final int BAR = 10;
  private static final int STARS = 5;

  private final DateTimeFormatter time;
  private final TextStyle style;

  ProfileClaimLines(ZoneId zone, TextStyle style) {
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
    this.style = style;
  }

  /** The sections that have claims, an empty line before each. */
  List<String> lines(UserProfile profile) {
    Map<String, CitedEvent> cited = new HashMap<>();
    profile.getCited().forEach(event -> cited.put(event.getEventId(), event));
    List<String> lines = new ArrayList<>();
    for (ProfileChange.Section section : ProfileChange.Section.values()) {
      List<Claim> claims = new ArrayList<>(section.of(profile));
      if (!claims.isEmpty()) {
        lines.add("");
        lines.add(style.bold(section.title()));
        claims.sort(Comparator.comparing(Claim::getWeight).reversed());
        claims.forEach(claim -> addClaim(lines, claim, cited));
      }
    }
    return lines;
  }

  private void addClaim(List<String> lines, Claim claim, Map<String, CitedEvent> cited) {
    lines.add(
        "  "
            + PrintableText.pad(claim.getText(), CLAIM_WIDTH)
            + "  "
            + bar(claim.getWeight())
            + String.format(Locale.ROOT, "  %.2f", claim.getWeight()));
    for (String id : claim.getEvidence()) {
      CitedEvent event = cited.get(id);
      lines.add(
          "      "
              + (event == null
                  ? "event " + PrintableText.of(id) + ", of which the profile keeps no more"
                  : line(event)));
    }
  }

  private String line(CitedEvent event) {
    return PrintableText.pad(deed(event), DEED_WIDTH)
        + " "
        + PrintableText.pad(event.getText(), TITLE_WIDTH)
        + "  "
        + style.dim(time.format(event.getEventTime()));
  }

  private static String deed(CitedEvent event) {
    Double value = event.getValue();
    return switch (event.getType()) {
      case "RATE" -> value == null ? "rated" : rating(value);
      case "LIKE" -> "liked";
      case "DISLIKE" -> "disliked";
      case "VIEW" -> "viewed";
      case "CLICK" -> "clicked";
      case "PURCHASE" -> "bought";
      case "SKIP" -> "skipped";
      case "PREFERENCE_STATEMENT" -> "said";
      default -> event.getType().toLowerCase(Locale.ROOT);
    };
  }

  /** Stars where five of them can show it; else the number, since scales differ. */
  private static String rating(double value) {
    if (value >= 0 && value <= STARS && value == Math.rint(value)) {
      return "★".repeat((int) value) + "☆".repeat(STARS - (int) value);
    }
    return String.format(Locale.ROOT, "rated %.3g", value);
  }

  private static String bar(float weight) {
    int full = Math.round(Math.min(1, Math.max(0, weight)) * BAR);
    return "█".repeat(full) + "░".repeat(BAR - full);
  }
}
