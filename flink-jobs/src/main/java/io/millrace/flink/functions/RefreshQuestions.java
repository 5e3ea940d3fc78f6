package io.millrace.flink.functions;

import io.millrace.flink.functions.AskedRefresh.Question;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.profiles.AnswerId;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.ProfileWriter;
import io.millrace.flink.profiles.evidence.FrozenEvidence;
import io.millrace.flink.profiles.evidence.WaitingRefreshes;
import io.millrace.schemas.avro.LanguageModelAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers and names the questions of refreshes. They are not kept: frozen evidence and the profile
 * before it give the same ones again.
 */
final class RefreshQuestions {
  /** Questions of one refresh at most. */
  static final int MOST = 32;

  private final ProfileWriter writer;
  private final String model;
  private final ProfileStates states;

  RefreshQuestions(ProfileWriter writer, String model, ProfileStates states) {
    this.writer = writer;
    this.model = model;
    this.states = states;
  }

  /** Those of the first refresh that waits; there has to be one. */
  AskedRefresh ofFirst(String user, WaitingRefreshes refreshes) throws Exception {
    FrozenEvidence first = Objects.requireNonNull(refreshes.first(), "nothing waits");
    ProfileEvidence evidence =
        new ProfileEvidence(first.events(), states.profile(user), first.eventCount());
    List<ChatRequest> requests = writer.questions(evidence);
    if (requests.isEmpty() || requests.size() > MOST) {
      throw new IllegalStateException(
          "prompt "
              + writer.promptVersion()
              + " asks "
              + requests.size()
              + " questions: 1 to "
              + MOST
              + " are possible");
    }
    List<Question> questions = new ArrayList<>();
    for (ChatRequest request : requests) {
      long ordinal = refreshes.nextOrdinal() + questions.size();
      String id = AnswerId.of(user, ordinal, writer.promptVersion(), model, request);
      questions.add(new Question(ordinal, id, request, answer(user, ordinal, id)));
    }
    return new AskedRefresh(evidence, questions);
  }

  /** An answer to another question under the same number is none. */
  private @Nullable LanguageModelAnswer answer(String user, long ordinal, String id)
      throws Exception {
    LanguageModelAnswer answer = states.answer(user, ordinal);
    return answer != null && answer.getAnswerId().equals(id) ? answer : null;
  }
}
