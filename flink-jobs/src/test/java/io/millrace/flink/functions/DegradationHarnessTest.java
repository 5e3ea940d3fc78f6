package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.records.PopularNow;
import io.millrace.schemas.avro.Recommendation;
import io.millrace.schemas.avro.RecommendedItem;
import io.millrace.schemas.avro.Rung;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ladder, with a server that is slow, gone, full or wrong. */
class DegradationHarnessTest {
  private final FakeRecommender server = new FakeRecommender();
  private UserHarness harness;

  @BeforeEach
  void start() throws Exception {
    PopularNow initial = PopularNow.ofCounts(Map.of("a", 9.0, "p1", 8.0, "p2", 7.0, "p3", 6.0));
    harness = UserHarness.start(settings(), server, initial);
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(harness.numProcessingTimeTimers()).isZero();
    harness.close();
  }

  @ParameterizedTest
  @CsvSource({
    "DEADLINE,deadline",
    "OVERLOADED,overloaded",
    "UNAVAILABLE,unavailable",
    "REJECTED,rejected",
    "BAD_ANSWER,bad-answer"
  })
  void withoutAListBeforeAFailureGivesWhatIsPopularAndUnseen(Reason reason, String said)
      throws Exception {
    harness.process(view("u", "a", 1));
    server.take(0).fail(reason);
    harness.runMails();

    Recommendation list = harness.lists().get(0);
    assertThat(list.getRung()).isEqualTo(Rung.POPULAR);
    assertThat(list.getRungReason()).isEqualTo(said);
    assertThat(items(list)).containsExactly("p1", "p2", "p3");
    assertThat(list.getItems()).extracting(RecommendedItem::getSource).containsOnly("popular");
    assertThat(list.getVersions()).isEmpty();
  }

  @Test
  void afterAListBeforeAFailureGivesTheLastListWithoutWhatWasSeenSince() throws Exception {
    harness.process(view("u", "x", 1));
    server.take(0).answer();
    harness.runMails();
    harness.lists();

    harness.process(view("u", "after-x-1-1", 2));
    server.take(0).fail(Reason.UNAVAILABLE);
    harness.runMails();

    Recommendation list = harness.lists().get(0);
    assertThat(list.getRung()).isEqualTo(Rung.LAST_LIST);
    assertThat(items(list)).containsExactly("after-x-1-0", "after-x-1-2", "a");
    assertThat(list.getItems())
        .extracting(RecommendedItem::getSource)
        .containsExactly("fake", "fake", "popular");
    assertThat(list.getVersions()).containsEntry("recommender", FakeRecommender.VERSION);
  }

  @Test
  void anOutageDoesNotWearTheLastListDown() throws Exception {
    harness.process(view("u", "x", 1));
    server.take(0).answer();
    harness.runMails();
    for (int i = 0; i < 5; i++) {
      harness.process(view("u", "y" + i, 2));
      server.take(0).fail(Reason.OVERLOADED);
      harness.runMails();
    }

    List<Recommendation> lists = harness.lists();
    assertThat(items(lists.get(5))).containsExactly("after-x-1-0", "after-x-1-1", "after-x-1-2");
  }

  @Test
  void popularNowGoesBeforeWhatWasPopularAtFirst() throws Exception {
    harness.process(
        new PopularNow(List.of(new PopularNow.Item("n", 1f), new PopularNow.Item("p2", .5f))));
    harness.process(view("u", "a", 1));
    server.take(0).fail(Reason.UNAVAILABLE);
    harness.runMails();

    assertThat(items(harness.lists().get(0))).containsExactly("n", "p2", "p1");
  }

  @Test
  void anEmptyAnswerIsTheNextRung() throws Exception {
    harness.process(view("u", "a", 1));
    server.take(0).future().complete(new RecommendAnswer(List.of(), Rung.RANKED, "7", 0, 0));
    harness.runMails();

    assertThat(harness.lists().get(0).getRungReason()).isEqualTo("empty-answer");
  }

  @Test
  void aRecommenderThatNeverAnswersIsGivenUpAfterTheDeadline() throws Exception {
    harness.process(view("u", "a", 1));
    FakeRecommender.Asked asked = server.take(0);

    harness.setProcessingTime(START + 200);
    harness.setProcessingTime(START + 400);
    Recommendation list = harness.lists().get(0);
    assertThat(list.getRung()).isEqualTo(Rung.POPULAR);
    assertThat(list.getRungReason()).isEqualTo("deadline");
    assertThat(asked.future()).isCancelled();

    harness.runMails();
    assertThat(harness.lists()).as("the cancelled call comes home").isEmpty();
  }

  @Test
  void onlyWhatIsKnownToBeExcludedLeavesAListEmpty() throws Exception {
    for (String item : List.of("a", "p1", "p2", "p3")) {
      harness.process(view("u", item, 1));
      server.take(0).fail(Reason.UNAVAILABLE);
      harness.runMails();
    }
    List<Recommendation> lists = harness.lists();
    assertThat(items(lists.get(2))).containsExactly("p3");
    assertThat(items(lists.get(3))).isEmpty();
  }

  private static List<String> items(Recommendation list) {
    return list.getItems().stream().map(RecommendedItem::getItemId).toList();
  }
}
