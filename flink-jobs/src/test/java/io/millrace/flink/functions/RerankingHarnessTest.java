package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.claims;
import static io.millrace.flink.functions.Inputs.erase;
import static io.millrace.flink.functions.Inputs.reranked;
import static io.millrace.flink.functions.Inputs.second;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.features.RerankPolicy;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.lastmile.Candidate;
import io.millrace.flink.lastmile.PastList;
import io.millrace.flink.records.UserInput;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendationInput;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.RerankCandidate;
import io.millrace.schemas.avro.RerankQuestion;
import io.millrace.schemas.avro.RerankScore;
import io.millrace.schemas.avro.Reranking;
import io.millrace.schemas.avro.Rung;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.junit.jupiter.api.Test;

/**
 * What a language model has to do with lists in the stream. Lists have 3 items, of 5 candidates.
 */
class RerankingHarnessTest {
  private static final long SECOND = 1000;

  private final FakeRecommender server = new FakeRecommender();

  /** From the second event on, once in ten seconds; what is found counts for a minute. */
  private static LastMileSettings lastMile(double share, String... surfaces) {
    return Inputs.lastMile(
        new RerankPolicy(share, 1, Set.of(surfaces), 2, 10 * SECOND, 5, 0.5f, 60 * SECOND));
  }

  private Recommendation answer(UserHarness harness) throws Exception {
    server.take(0).answer();
    harness.runMails();
    return harness.lists().get(0);
  }

  private static List<String> ids(Recommendation list) {
    return list.getItems().stream().map(RecommendedItem::getItemId).toList();
  }

  private static List<String> ids(List<Candidate> list) {
    return list.stream().map(Candidate::itemId).toList();
  }

  @Test
  void aListIsAskedAboutWithAllThatHasToBeKnown() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(claims("u", 1, "slow films", "Fargo", "musicals"));
      harness.process(view("u", "a", 1));
      answer(harness);
      assertThat(harness.rerankQuestions()).as("too few events").isEmpty();
      harness.process(view("u", "b", 2));
      assertThat(server.all.get(1).call().k()).as("all that is to be looked over").isEqualTo(5);
      Recommendation list = answer(harness);

      assertThat(list.getItems()).hasSize(3);
      assertThat(list.getVersions()).doesNotContainKey("reranker");
      assertThat(harness.rerankQuestions()).hasSize(1);
      RerankQuestion question = harness.rerankQuestions().get(0);
      assertThat(question.getUserId()).isEqualTo("u");
      assertThat(question.getRecommendationId()).isEqualTo(list.getRecommendationId());
      assertThat(question.getItemIds()).containsExactly("a", "b");
      assertThat(question.getKeywords()).as("no dislikes").containsExactly("slow films");
      assertThat(question.getCandidates())
          .containsExactly(
              new RerankCandidate("after-b-2-0", 5f),
              new RerankCandidate("after-b-2-1", 4f),
              new RerankCandidate("after-b-2-2", 3f),
              new RerankCandidate("after-b-2-3", 2f),
              new RerankCandidate("after-b-2-4", 1f));
      assertThat(question.getEventTime().toEpochMilli()).isEqualTo(second(2));
      assertThat(question.getAskedAt().toEpochMilli()).isEqualTo(START);
    }
  }

  @Test
  void theNextQuestionWaitsForAWhileOfTheUsersOwnTime() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      for (long second : new long[] {1, 2, 3, 11, 12, 13}) {
        harness.process(view("u", "item-" + second, second));
        answer(harness);
      }

      assertThat(harness.rerankQuestions())
          .extracting(question -> question.getEventTime().toEpochMilli())
          .containsExactly(second(2), second(12));
    }
  }

  @Test
  void theNextListIsInTheOrderOfBothAndSaysSo() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(view("u", "a", 1));
      answer(harness);
      // Places of five are worth 1.41, .71, 0, -.71 and -1.41.
      harness.process(
          reranked(
              "u",
              "list-1",
              1,
              new RerankScore("after-b-2-3", 2f),
              new RerankScore("after-b-2-0", -1f),
              new RerankScore("elsewhere", 3f)));
      harness.process(view("u", "b", 2));
      Recommendation list = answer(harness);

      assertThat(ids(list)).containsExactly("after-b-2-0", "after-b-2-1", "after-b-2-3");
      assertThat(list.getRung()).isEqualTo(Rung.RANKED);
      assertThat(list.getVersions())
          .containsEntry("reranker", "model-1 rerank/1")
          .containsEntry("recommender", FakeRecommender.VERSION);
      RecommendationInput input = harness.inputs().get(1);
      assertThat(input.getReranking())
          .isEqualTo(
              new Reranking(
                  "list-1",
                  "model-1",
                  "rerank/1",
                  0.5f,
                  List.of(
                      new RerankScore("after-b-2-3", 2f), new RerankScore("after-b-2-0", -1f))));
      assertThat(ids(PastList.served(input)))
          .startsWith("after-b-2-0", "after-b-2-1", "after-b-2-2");
      assertThat(ids(PastList.again(input, PastList.served(input)).items())).isEqualTo(ids(list));
    }
  }

  @Test
  void whatIsTooOldForAListIsForgotten() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(view("u", "a", 1));
      answer(harness);
      harness.process(reranked("u", "list-1", 1, new RerankScore("after-b-2-2", 9f)));
      harness.process(view("u", "b", 62));
      assertThat(ids(answer(harness)).get(0)).isEqualTo("after-b-2-0");
      harness.process(view("u", "c", 61));
      assertThat(answer(harness).getVersions())
          .as("late, and within the minute of what was forgotten")
          .doesNotContainKey("reranker");
    }
  }

  @Test
  void anOlderFindingDoesNotReplaceANewerOne() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(view("u", "a", 1));
      answer(harness);
      harness.process(reranked("u", "list-2", 2, new RerankScore("after-b-2-2", 9f)));
      harness.process(reranked("u", "list-1", 1, new RerankScore("after-b-2-1", 9f)));
      harness.process(view("u", "b", 3));

      assertThat(ids(answer(harness)).get(0)).isEqualTo("after-b-2-2");
    }
  }

  @Test
  void othersListsAreAsTheyWere() throws Exception {
    for (LastMileSettings others : List.of(lastMile(0), lastMile(1, "home"))) {
      try (UserHarness harness = UserHarness.start(others, server)) {
        harness.process(view("u", "a", 1));
        answer(harness);
        harness.process(reranked("u", "list-1", 1, new RerankScore("after-b-2-2", 9f)));
        harness.process(view("u", "b", 2));
        assertThat(server.open.get(0).call().k()).isEqualTo(3);
        Recommendation list = answer(harness);

        assertThat(ids(list)).containsExactly("after-b-2-0", "after-b-2-1", "after-b-2-2");
        assertThat(list.getVersions()).doesNotContainKey("reranker");
        assertThat(harness.inputs().get(1).getReranking()).isNull();
        assertThat(harness.rerankQuestions()).isEmpty();
      }
    }
  }

  @Test
  void aListWithoutAnAnswerIsNeitherRerankedNorAskedAbout() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(view("u", "a", 1));
      answer(harness);
      harness.process(reranked("u", "list-1", 1, new RerankScore("after-a-1-2", 9f)));
      harness.process(view("u", "b", 2));
      server.take(0).fail(Reason.UNAVAILABLE);
      harness.runMails();
      Recommendation list = harness.lists().get(0);

      assertThat(list.getRung()).isEqualTo(Rung.LAST_LIST);
      assertThat(list.getVersions()).doesNotContainKey("reranker");
      assertThat(harness.rerankQuestions()).isEmpty();
    }
  }

  @Test
  void aTombstoneAndAnErasureLeaveNothing() throws Exception {
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(reranked("u", "list-1", 1, new RerankScore("x", 1f)));
      assertThat(entries(harness)).isPositive();
      harness.process(new UserInput.Reranked("u", null, Inputs.arrived(START)));
      assertThat(entries(harness)).isZero();

      harness.process(reranked("u", "list-1", 1, new RerankScore("x", 1f)));
      harness.process(erase("u", second(5)));
      harness.process(reranked("u", "list-2", 5, new RerankScore("x", 1f)));
      harness.setProcessingTime(START + Inputs.settings().erasureRetention().toMillis());
      assertThat(entries(harness)).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  @Test
  void whatWasFoundAndWhenWasAskedOutliveARestart() throws Exception {
    OperatorSubtaskState snapshot;
    try (UserHarness harness = UserHarness.start(lastMile(1), server)) {
      harness.process(view("u", "a", 1));
      answer(harness);
      harness.process(view("u", "b", 2));
      answer(harness);
      harness.process(reranked("u", "list-1", 2, new RerankScore("after-c-3-2", 9f)));
      snapshot = harness.savepoint();
    }
    try (UserHarness harness = UserHarness.restore(lastMile(1), server, snapshot)) {
      harness.process(view("u", "c", 3));

      assertThat(ids(answer(harness)).get(0)).isEqualTo("after-c-3-2");
      assertThat(harness.rerankQuestions()).as("within the interval").isEmpty();
    }
  }

  private static int entries(UserHarness harness) {
    return ((HeapKeyedStateBackend<?>) harness.getOperator().<String>getKeyedStateBackend())
        .numKeyValueStateEntries();
  }
}
