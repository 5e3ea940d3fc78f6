package io.millrace.flink.functions;

import static io.millrace.flink.functions.Inputs.profile;
import static io.millrace.flink.functions.Inputs.settings;
import static io.millrace.flink.functions.Inputs.view;
import static io.millrace.flink.functions.UserHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.inference.RecommendAnswer;
import io.millrace.flink.inference.RecommendAnswer.ScoredItem;
import io.millrace.flink.inference.RecommendFailure.Reason;
import io.millrace.flink.records.PopularNow;
import io.millrace.schemas.avro.Rung;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListOriginsHarnessTest {
  private final FakeRecommender server = new FakeRecommender();
  private UserHarness harness;

  @BeforeEach
  void start() throws Exception {
    harness =
        UserHarness.start(
            settings(), server, new PopularNow(List.of(new PopularNow.Item("hit", 1))));
  }

  @AfterEach
  void stop() throws Exception {
    harness.close();
  }

  @Test
  void aListMadeWithAProfileCountsWithTheProfilesAge() throws Exception {
    harness.process(profile("u", 1, START - 90_500));
    harness.process(view("u", "a", 1));
    answer("retriever", "keywords", "profile");
    harness.process(view("u", "b", 2));
    answer("keywords", "editors");
    harness.process(view("v", "a", 1));
    answer("retriever");

    ListOrigins origins = harness.metrics().origins;
    assertThat(harness.lists()).hasSize(3);
    assertThat(origins.profiled.getCount()).isEqualTo(2);
    assertThat(origins.profileAge.getCount()).isEqualTo(2);
    assertThat(origins.profileAge.getStatistics().getMax()).isEqualTo(90);
    assertThat(origins.items("retriever").getCount()).isEqualTo(2);
    assertThat(origins.items("keywords").getCount()).isEqualTo(2);
    assertThat(origins.items("profile").getCount()).isEqualTo(1);
    assertThat(origins.items("editors").getCount()).isEqualTo(1);
  }

  @Test
  void aListThatTheProfileHadNoPartInIsNotCounted() throws Exception {
    harness.process(profile("u", 1, START));
    harness.process(view("u", "a", 1));
    server.take(0).fail(Reason.UNAVAILABLE);
    harness.runMails();

    ListOrigins origins = harness.metrics().origins;
    assertThat(harness.lists().get(0).getRung()).isEqualTo(Rung.POPULAR);
    assertThat(origins.profiled.getCount()).isZero();
    assertThat(origins.profileAge.getCount()).isZero();
    assertThat(origins.items("popular").getCount()).isEqualTo(1);
  }

  @Test
  void anEventOnWhatWasListedIsASourcesOwn() throws Exception {
    harness.process(view("u", "a", 1));
    answer("retriever", "fresh", "editors");
    harness.process(view("u", "item 1", 2));
    answer("retriever");
    harness.process(view("u", "item 2", 3));
    answer("editors");
    harness.process(view("u", "item 0", 4));
    harness.process(view("v", "item 0", 1));

    ListOrigins origins = harness.metrics().origins;
    assertThat(origins.eventsAfterLists.getCount()).isEqualTo(3);
    assertThat(origins.met("fresh").getCount()).isEqualTo(1);
    assertThat(origins.met("editors").getCount()).isEqualTo(1);
    assertThat(origins.met("retriever").getCount()).isZero();
  }

  private void answer(String... sources) throws Exception {
    List<ScoredItem> items = new ArrayList<>();
    for (String source : sources) {
      items.add(new ScoredItem("item " + items.size(), 1, source));
    }
    server.take(0).future().complete(new RecommendAnswer(items, Rung.RANKED, "7", 0, 0));
    harness.runMails();
  }
}
