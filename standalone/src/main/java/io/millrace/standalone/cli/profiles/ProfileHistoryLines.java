package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Versions of a profile and what changed between them, newest first. */
final class ProfileHistoryLines {
  /** Versions, and answers, that are listed at most. */
  private static final int MOST = 10;

  private static final int CLAIM_WIDTH = 40;

  private final DateTimeFormatter time;
  private final TextStyle style;

  ProfileHistoryLines(ZoneId zone, TextStyle style) {
    this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    this.style = style;
  }

  /** The section, an empty line before it. */
  List<String> lines(ProfileHistory history) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(style.bold("History"));
    List<UserProfile> versions = List.copyOf(history.versions());
    for (UserProfile version : versions.subList(0, Math.min(MOST, versions.size()))) {
      lines.add("  " + headline(version));
      addChanges(lines, version, history.before(version));
    }
    if (versions.size() > MOST) {
      lines.add("  and " + (versions.size() - MOST) + " older versions, which --json shows");
    }
    addGone(lines, versions.get(versions.size() - 1), history.answersOfGoneVersions());
    List<LanguageModelAnswer> next = history.answersOfNextVersion();
    if (!next.isEmpty()) {
      lines.add("  In the journal since, for a version that is not out yet:");
      addAnswers(lines, next);
    }
    return lines;
  }

  private String headline(UserProfile version) {
    return "version %d  %s  %s, %s"
        .formatted(
            version.getVersion(),
            time.format(version.getUpdatedAt()),
            PrintableText.count(version.getEventCount(), "event"),
            PrintableText.count(
                (long) version.getPromptTokens() + version.getCompletionTokens(), "token"));
  }

  private static void addChanges(
      List<String> lines, UserProfile version, @Nullable UserProfile before) {
    if (before == null) {
      if (version.getVersion() == 1) {
        lines.add("      the first");
      }
      return;
    }
    if (before.getVersion() != version.getVersion() - 1) {
      lines.add("      since version " + before.getVersion() + "; what was between them is gone:");
    }
    List<ProfileChange> changes = ProfileChange.between(before, version);
    if (changes.isEmpty()) {
      lines.add("      the same claims");
    }
    changes.forEach(change -> lines.add("      " + line(change)));
  }

  private static String line(ProfileChange change) {
    String claim =
        String.format(Locale.ROOT, "%-8s  ", change.section().title().toLowerCase(Locale.ROOT))
            + PrintableText.pad(change.text(), CLAIM_WIDTH);
    Float before = change.before();
    Float after = change.after();
    if (before == null) {
      return String.format(Locale.ROOT, "+ %s  %.2f", claim, after);
    }
    return after == null
        ? String.format(Locale.ROOT, "- %s  was %.2f", claim, before)
        : String.format(Locale.ROOT, "~ %s  %.2f, was %.2f", claim, after, before);
  }

  private void addGone(List<String> lines, UserProfile oldest, List<LanguageModelAnswer> answers) {
    long gone = oldest.getVersion() - 1;
    if (gone >= 1) {
      lines.add(
          "  "
              + (gone == 1 ? "Version 1 is" : "Versions 1 to " + gone + " are")
              + " gone: the topic is compacted, only the newest is kept for good.");
    }
    if (!answers.isEmpty()) {
      lines.add("  The journal keeps answers that no profile here was written from:");
      addAnswers(lines, answers);
    } else if (gone >= 1) {
      lines.add("  The journal has no answers that older versions were written from.");
    }
  }

  private void addAnswers(List<String> lines, List<LanguageModelAnswer> answers) {
    for (LanguageModelAnswer answer : answers.subList(0, Math.min(MOST, answers.size()))) {
      lines.add(
          "      answer %d  %s  %s, %s, %s"
              .formatted(
                  answer.getOrdinal(),
                  time.format(answer.getAnsweredAt()),
                  PrintableText.of(answer.getPromptVersion()),
                  PrintableText.of(answer.getModel()),
                  PrintableText.count(
                      (long) answer.getPromptTokens() + answer.getCompletionTokens(), "token")));
    }
    if (answers.size() > MOST) {
      lines.add("      and " + (answers.size() - MOST) + " older ones, which --json shows");
    }
  }
}
