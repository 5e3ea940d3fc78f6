package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A user's newest profile as a page of text of about 80 columns, with where it came from. */
final class ProfilePage {
  private static final int LINE = 78;

  private final ZoneId zone;
  private final Instant now;
  private final TextStyle style;

  /**
   * @param zone in which times are shown
   * @param now what ages are counted to
   */
  ProfilePage(ZoneId zone, Instant now, TextStyle style) {
    this.zone = zone;
    this.now = now;
    this.style = style;
  }

  /** All of the page. */
  List<String> lines(UserProfile newest, ProfileHistory history) {
    List<String> lines = new ArrayList<>();
    lines.add(
        style.bold(
            "User %s · profile version %d"
                .formatted(PrintableText.of(newest.getUserId()), newest.getVersion())));
    wrap("  " + PrintableText.of(newest.getSummary()), lines);
    List<String> claims = new ProfileClaimLines(zone, style).lines(newest);
    lines.addAll(claims.isEmpty() ? List.of("", "It claims nothing.") : claims);
    addOrigin(lines, newest);
    lines.addAll(new ProfileHistoryLines(zone, style).lines(history));
    return lines;
  }

  private void addOrigin(List<String> lines, UserProfile profile) {
    String time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .withZone(zone)
            .format(profile.getUpdatedAt());
    lines.add("");
    lines.add(style.bold("Written"));
    fact(lines, "when", time + ", " + age(Duration.between(profile.getUpdatedAt(), now)));
    fact(lines, "from", PrintableText.count(profile.getEventCount(), "event"));
    fact(
        lines,
        "by",
        PrintableText.of(profile.getModel())
            + ", prompt "
            + PrintableText.of(profile.getPromptVersion()));
    fact(
        lines,
        "tokens",
        String.format(
            Locale.ROOT,
            "%,d read, %,d written, in %s",
            profile.getPromptTokens(),
            profile.getCompletionTokens(),
            PrintableText.count(profile.getAnswerIds().size(), "answer")));
    fact(
        lines,
        "rejected",
        profile.getClaimsRejected() == 0
            ? "no claims"
            : PrintableText.count(profile.getClaimsRejected(), "claim")
                + ", which no event bears out");
    fact(lines, "vector", vector(profile));
  }

  private static void fact(List<String> lines, String name, String value) {
    lines.add("  " + PrintableText.pad(name, 10) + value);
  }

  private static String vector(UserProfile profile) {
    if (profile.getVector() == null) {
      return "none: recommendations use its keywords alone";
    }
    String encoder = profile.getEncoderVersion();
    return encoder == null ? "of an unknown encoder" : "by " + PrintableText.of(encoder);
  }

  private static String age(Duration age) {
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return "less than a minute ago";
    }
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      return PrintableText.count(age.toMinutes(), "minute") + " ago";
    }
    return age.compareTo(Duration.ofDays(2)) < 0
        ? PrintableText.count(age.toHours(), "hour") + " ago"
        : PrintableText.count(age.toDays(), "day") + " ago";
  }

  private static void wrap(String text, List<String> lines) {
    String rest = text;
    while (rest.length() > LINE) {
      int cut = rest.lastIndexOf(' ', LINE);
      if (cut <= 2) {
        break;
      }
      lines.add(rest.substring(0, cut));
      rest = "  " + rest.substring(cut + 1);
    }
    lines.add(rest);
  }
}
