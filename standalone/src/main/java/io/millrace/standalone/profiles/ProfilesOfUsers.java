package io.millrace.standalone.profiles;

import io.millrace.flink.llm.ChatAnswer;
import io.millrace.flink.llm.ChatRequest;
import io.millrace.flink.llm.LanguageModel;
import io.millrace.flink.profiles.ProfileEvidence;
import io.millrace.flink.profiles.ProfilePrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks a language model about many users, some at a time. */
final class ProfilesOfUsers {
  private final ProfilePrompt prompt;
  private final LanguageModel model;
  private final AnswerStore answers;
  private final int callers;

  /**
   * A user, and what was answered.
   *
   * @param user who was asked about
   * @param answers one for each question
   */
  record Asked(KnownUser user, List<ChatAnswer> answers) {}

  ProfilesOfUsers(ProfilePrompt prompt, LanguageModel model, AnswerStore answers, int callers) {
    this.prompt = prompt;
    this.model = model;
    this.answers = answers;
    this.callers = callers;
  }

  /**
   * Asks about each user; returned in the order of the users.
   *
   * @throws ExecutionException if a question is not answered
   */
  List<Asked> ask(List<KnownUser> users) throws ExecutionException, InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(callers);
    try {
      List<Future<Asked>> asked = new ArrayList<>();
      for (KnownUser user : users) {
        asked.add(executor.submit(() -> new Asked(user, askAbout(user.evidence()))));
      }
      List<Asked> all = new ArrayList<>();
      for (Future<Asked> one : asked) {
        all.add(one.get());
      }
      return all;
    } finally {
      executor.shutdownNow();
    }
  }

  /** Answers to the questions about one user. */
  List<ChatAnswer> askAbout(ProfileEvidence evidence) {
    List<ChatAnswer> all = new ArrayList<>();
    for (ChatRequest question : prompt.questions(evidence)) {
      ChatAnswer known = answers.find(question);
      if (known == null) {
        known = model.ask(question).join();
        answers.add(question, known);
      }
      all.add(known);
    }
    return all;
  }
}
