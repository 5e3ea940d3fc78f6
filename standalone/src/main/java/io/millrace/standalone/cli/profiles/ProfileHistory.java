package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.LanguageModelAnswer;
import io.millrace.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the topics keep of one user: versions of the profile, and answers of the language model.
 * Takes the records in the order in which they were published.
 */
final class ProfileHistory {
  private final NavigableMap<Long, UserProfile> versions = new TreeMap<>();
  private final NavigableMap<Long, LanguageModelAnswer> answers = new TreeMap<>();
  private boolean removed;

  /** A version, or with null the end of all before. */
  void addProfile(@Nullable UserProfile profile) {
    removed = profile == null;
    if (profile == null) {
      versions.clear();
    } else {
      versions.put(profile.getVersion(), profile);
    }
  }

  /** An answer of the journal, or with null its removal. */
  void addAnswer(long ordinal, @Nullable LanguageModelAnswer answer) {
    if (answer == null) {
      answers.remove(ordinal);
    } else {
      answers.put(ordinal, answer);
    }
  }

  /** Null without a profile. */
  @Nullable UserProfile newest() {
    return versions.isEmpty() ? null : versions.lastEntry().getValue();
  }

  /** Whether there was a profile that was removed, as an erasure does. */
  boolean isRemoved() {
    return removed;
  }

  /** Versions that the topic still has, newest first. */
  Collection<UserProfile> versions() {
    return versions.descendingMap().values();
  }

  /** The newest version before one that the topic still has; null without one. */
  @Nullable UserProfile before(UserProfile profile) {
    var entry = versions.lowerEntry(profile.getVersion());
    return entry == null ? null : entry.getValue();
  }

  /** Answers in the journal, oldest first. */
  Collection<LanguageModelAnswer> answers() {
    return answers.values();
  }

  /**
   * Answers that older versions were written from: those that are gone from the topic, or that
   * could not be read. Newest first.
   */
  List<LanguageModelAnswer> answersOfGoneVersions() {
    return unused(answer -> !isAfterNewest(answer));
  }

  /** Answers that came after the newest profile: the next one is not out yet. Newest first. */
  List<LanguageModelAnswer> answersOfNextVersion() {
    return unused(this::isAfterNewest);
  }

  private boolean isAfterNewest(LanguageModelAnswer answer) {
    UserProfile newest = newest();
    return newest == null || answer.getAnsweredAt().isAfter(newest.getUpdatedAt());
  }

  private List<LanguageModelAnswer> unused(Predicate<LanguageModelAnswer> wanted) {
    Set<String> used = new HashSet<>();
    versions.values().forEach(profile -> used.addAll(profile.getAnswerIds()));
    List<LanguageModelAnswer> unused = new ArrayList<>();
    for (LanguageModelAnswer answer : answers.descendingMap().values()) {
      if (!used.contains(answer.getAnswerId()) && wanted.test(answer)) {
        unused.add(answer);
      }
    }
    return unused;
  }

  /**
   * Whether the newest profile came after another. Versions start again at 1 when a user was
   * erased, so the time counts too.
   *
   * @param earlier null when there was none
   */
  boolean isNewerThan(@Nullable UserProfile earlier) {
    UserProfile newest = newest();
    return newest != null
        && (earlier == null
            || newest.getVersion() > earlier.getVersion()
            || newest.getUpdatedAt().isAfter(earlier.getUpdatedAt()));
  }
}
