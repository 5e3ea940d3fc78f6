package io.millrace.standalone.cli.profiles;

import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.TextStyle;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Publishes something, and shows the profile that comes of it. */
final class ProfileOutcome {
  private final ProfileReader reader;
  private final PrintWriter out;
  private final Clock clock;
  private final LongSupplier nanoClock;

  /**
   * @param clock for the age of the profile
   * @param nanoClock monotonic, for the wait
   */
  ProfileOutcome(ProfileReader reader, PrintWriter out, Clock clock, LongSupplier nanoClock) {
    this.reader = reader;
    this.out = out;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /**
   * Waits for a newer profile than there is now, and shows it.
   *
   * @param publish what causes it
   * @param wanted what the newer one is to be like
   * @param otherwise said under one that is not; what else came is not what was waited for
   * @throws CommandException if no newer one comes in time
   */
  void show(Runnable publish, Predicate<UserProfile> wanted, String otherwise, Duration limit) {
    ProfileHistory history = reader.readProfiles();
    UserProfile before = history.newest();
    publish.run();
    out.println("waiting at most " + limit.toSeconds() + " s for the profile that comes of it");
    out.flush();
    boolean came = new ProfileWait(history, reader::poll, nanoClock).await(before, wanted, limit);
    UserProfile newest = history.newest();
    if (newest == null || !history.isNewerThan(before)) {
      throw new CommandException(nothingCame(before, limit));
    }
    reader.readAnswers();
    out.println();
    new ProfilePage(ZoneId.systemDefault(), clock.instant(), TextStyle.ofOutput())
        .lines(newest, history)
        .forEach(out::println);
    if (!came) {
      out.println();
      out.println(otherwise);
    }
  }

  private static String nothingCame(@Nullable UserProfile before, Duration limit) {
    return "no "
        + (before == null ? "profile" : "profile after version " + before.getVersion())
        + " came within --wait "
        + limit.toSeconds()
        + ": the user may have no events, others may be first, or the language model is slow or"
        + " down; what was published counts all the same, ./millrace profile show tells later";
  }
}
