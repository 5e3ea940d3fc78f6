package io.millrace.standalone.profiles;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.UnreadableAnswerException;
import io.millrace.flink.profiles.WrittenProfile;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.data.Rating;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has the profile of one user written again and again, to see what it costs. */
final class GrowingHistory {
  private static final List<Integer> EVENTS = List.of(10, 20, 50, 100, 200, 500, 1_000);

  private final EvidenceOfUser evidence;
  private final ProfileWriter writer;
  private final ProfilesOfUsers asker;
  private final int kept;

  GrowingHistory(EvidenceOfUser evidence, ProfileWriter writer, ProfilesOfUsers asker, int kept) {
    this.evidence = evidence;
    this.writer = writer;
    this.asker = asker;
    this.kept = kept;
  }

  /** One refresh at 10, 20, 50 and so on up to 1,000 events, each continuing the one before. */
  List<RefreshCost> costs(List<Rating> ratings) throws UnreadableAnswerException {
    List<RefreshCost> costs = new ArrayList<>();
    UserProfile previous = null;
    int before = 0;
    for (int events : EVENTS) {
      if (events <= ratings.size()) {
        ProfileEvidence now = evidence.of(ratings.subList(0, events), kept, previous);
        List<ChatAnswer> answers = asker.askAbout(now);
        costs.add(
            new RefreshCost(
                events,
                events - before,
                answers.size(),
                answers.stream().mapToInt(ChatAnswer::promptTokens).sum(),
                answers.stream().mapToInt(ChatAnswer::completionTokens).sum()));
        previous = record(now, writer.write(now, answers), writer.promptVersion(), previous);
        before = events;
      }
    }
    return costs;
  }

  private static UserProfile record(
      ProfileEvidence evidence,
      WrittenProfile written,
      String promptVersion,
      @Nullable UserProfile previous) {
    long version = previous == null ? 1 : previous.getVersion() + 1;
    return ProfileRecords.of("one", version, evidence, written, promptVersion, List.of());
  }
}
