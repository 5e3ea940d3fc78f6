package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Events go in and lists come out, through the real broker, registry, model server and Flink; who
 * publishes and who reads knows nothing but topics and the registry.
 */
@ExtendWith(SharedPlatform.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WholePathITCase {
  private static final String INTERACTIONS = "interactions";
  private static final int ITEMS = 10;
  private static final String[] STAGES = {
    "brokerMicros", "stateMicros", "callMicros", "queueMicros", "computeMicros", "emitMicros"
  };

  private final RunningPlatform running;
  private final ShippedModel model = ShippedModel.read();
  private final EventPublisher publisher;
  private final TopicReader<EmittedList> lists;

  WholePathITCase(RunningPlatform running) {
    this.running = running;
    this.publisher = new EventPublisher(running.endpoints());
    this.lists = TopicReader.ofLists(running.endpoints(), "read_uncommitted", running::logs);
  }

  @BeforeEach
  @AfterEach
  void theJobRunsAndWasNeverRestarted() {
    assertThat(running.platform().job().state()).as(running::logs).isEqualTo("RUNNING");
    assertThat(running.platform().job().restarts()).as(running::logs).isZero();
  }

  @AfterEach
  void closeClients() {
    publisher.close();
    lists.close();
  }

  @Test
  void everyEventHasOneListFromTheModel() {
    List<Event> events = journeys("steady", 6).rounds(0, 8);

    List<EmittedList> made = publish(events);

    assertThat(made).hasSameSizeAs(events);
    ListAssertions.assertEachEventHasItsId(events, made);
    ListAssertions.assertOrderPerUser(events, made);
    ListAssertions.assertMadeFromWhatCameBefore(events, made);
    assertThat(made)
        .allSatisfy(
            list -> {
              assertThat(list.kind()).isEqualTo("EVENT");
              assertThat(list.rung()).isEqualTo(model.rung());
              assertThat(list.rungReason()).isNull();
              assertThat(list.items()).hasSize(ITEMS);
              assertThat(list.versions()).containsEntry("recommender", model.version());
              assertThat(list.stages()).containsOnlyKeys(STAGES);
              assertThat(list.stages().values()).allSatisfy(m -> assertThat(m).isNotNegative());
            });
  }

  @Test
  void aRequestIsAnsweredAfterTheEventThatItNames() {
    Journeys journeys = journeys("asking", 1);
    String user = journeys.user(0);
    List<EmittedList> first = publish(journeys.rounds(0, 1));
    List<String> unwanted = first.get(0).items().subList(0, 2);
    Event named = journeys.rounds(1, 2).get(0);

    publisher.request("asking-request", user, "start page", 3, unwanted, named.id());
    publish(List.of(named));
    lists.await(List.of("asking-request"), EmittedList::trigger);

    assertThat(lists.all(list -> list.trigger().equals("asking-request")))
        .singleElement()
        .satisfies(
            list -> {
              assertThat(list.kind()).isEqualTo("REQUEST");
              assertThat(list.id())
                  .isEqualTo(ExpectedId.ofRequest(user, "asking-request", named.id()));
              assertThat(list.surface()).isEqualTo("start page");
              assertThat(list.rung()).isEqualTo(model.rung());
              assertThat(list.newest()).isEqualTo(named.id());
              assertThat(list.sequenceLength()).isEqualTo(2);
              assertThat(list.items())
                  .hasSize(3)
                  .doesNotContainAnyElementsOf(unwanted)
                  .doesNotContain(named.item());
            });
  }

  @Test
  void whatCannotBeUsedIsKeptWithItsReason() {
    Event event = journeys("poison", 1).rounds(0, 1).get(0);
    String user = event.user();
    byte[] noAvro = "no Avro at all".getBytes(StandardCharsets.UTF_8);
    byte[] unknownSchema = {0, 0x7f, 0, 0, 1, 42};
    Event tomorrow =
        new Event("poison-tomorrow", user, event.item(), Instant.now().plus(Duration.ofDays(1)));

    String malformed = Letter.place(publisher.raw(INTERACTIONS, user, noAvro));
    String unknown = Letter.place(publisher.raw(INTERACTIONS, user, unknownSchema));
    String future = Letter.place(EventPublisher.await(publisher.publish(tomorrow, null)));
    String impossible = Letter.place(EventPublisher.await(publisher.publish(event, Double.NaN)));

    try (TopicReader<Letter> reader = letters()) {
      reader.await(List.of(malformed, unknown, future, impossible), Letter::place);
      List<Letter> letters = reader.all(letter -> letter.key().equals(user));
      assertThat(letters)
          .extracting(Letter::place, Letter::reason)
          .containsExactlyInAnyOrder(
              tuple(malformed, "MALFORMED_BYTES"),
              tuple(unknown, "UNKNOWN_SCHEMA"),
              tuple(future, "FUTURE_EVENT_TIME"),
              tuple(impossible, "IMPOSSIBLE_VALUE"));
      assertThat(letters)
          .extracting(Letter::value)
          .contains(ByteBuffer.wrap(noAvro), ByteBuffer.wrap(unknownSchema));
      assertThat(letters)
          .allSatisfy(
              letter -> {
                assertThat(letter.valueLength()).isEqualTo(letter.value().remaining()).isPositive();
                assertThat(letter.valueSha256()).isEqualTo(ExpectedId.sha256(letter.value()));
                assertThat(letter.detail()).isNotBlank();
                assertThat(letter.job()).isEqualTo("recommendations");
              });
    }
    assertThat(publish(List.of(event)))
        .as("the same user's next event")
        .singleElement()
        .satisfies(list -> assertThat(list.sequenceLength()).isEqualTo(1));
  }

  @Test
  void whoAsksToBeForgottenIsNewAgain() {
    Journeys journeys = journeys("forgotten", 1);
    List<Event> before = journeys.rounds(0, 4);
    publish(before);

    Instant upTo = Instant.now();
    publisher.erase("forgotten-erasure", journeys.user(0), upTo);
    Awaitility.await("the erasure")
        .atMost(TopicReader.LIMIT)
        .until(() -> running.platform().job().counters().getOrDefault("erasures", 0L) > 0);
    String item = before.get(0).item();
    Event late = new Event("forgotten-late", journeys.user(0), before.get(3).item(), upTo);
    Event again = new Event("forgotten-again", journeys.user(0), item, upTo.plusMillis(1));
    Event other = new Event("forgotten-other", "forgotten-nobody", item, upTo);
    publisher.publish(List.of(late));
    List<EmittedList> after = publish(List.of(again, other));

    assertThat(lists.all(list -> list.trigger().equals(late.id()))).isEmpty();
    ListAssertions.assertEachEventHasItsId(List.of(again, other), after);
    ListAssertions.assertMadeFromWhatCameBefore(List.of(again, other), after);
    assertThat(after.get(0).items())
        .as("the list of somebody of whom nothing else was ever known")
        .isEqualTo(after.get(1).items());
  }

  @Test
  void aRuleIsObeyedWithoutAnythingBeingRestarted() {
    Event event = journeys("ruled", 1).rounds(0, 1).get(0);
    String surface = "ruled surface";
    List<String> unwanted = publish(List.of(event)).get(0).items().subList(0, 3);

    publisher.exclude("no-first-three", surface, unwanted);
    AtomicInteger asked = new AtomicInteger();
    EmittedList ruled =
        Awaitility.await("a list that the rule changed")
            .atMost(TopicReader.LIMIT)
            .until(
                () -> ask(event, "ruled-" + asked.incrementAndGet(), surface),
                list -> !list.rules().isEmpty());
    EmittedList elsewhere = ask(event, "ruled-elsewhere", "another surface");

    assertThat(ruled.rules()).containsExactly("no-first-three");
    assertThat(ruled.items()).hasSize(ITEMS).doesNotContainAnyElementsOf(unwanted);
    assertThat(ruled.rung()).isEqualTo(model.rung());
    assertThat(elsewhere.rules()).isEmpty();
    assertThat(elsewhere.items()).containsAll(unwanted);
  }

  /** The list that a request after an event has. */
  private EmittedList ask(Event event, String request, String surface) {
    publisher.request(request, event.user(), surface, ITEMS, List.of(), event.id());
    lists.await(List.of(request), EmittedList::trigger);
    return lists.all(list -> list.trigger().equals(request)).get(0);
  }

  @Test
  void withoutTheModelServerListsComeFromLowerRungsUntilItIsBack() {
    Journeys journeys = journeys("ladder", 4);
    publish(journeys.rounds(0, 2));

    running.killModelServer();
    List<EmittedList> fallen = publish(journeys.rounds(2, 3));
    List<EmittedList> popular = publish(journeys("newcomer", 1).rounds(0, 1));

    assertThat(fallen).allSatisfy(list -> assertFallen(list, "LAST_LIST"));
    assertThat(popular).allSatisfy(list -> assertFallen(list, "POPULAR"));
    ListAssertions.assertMadeFromWhatCameBefore(journeys("newcomer", 1).rounds(0, 1), popular);

    AtomicInteger round = new AtomicInteger(3);
    Awaitility.await("lists from the model again")
        .atMost(TopicReader.LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> publish(journeys.rounds(round.get(), round.incrementAndGet())),
            made -> made.stream().allMatch(list -> list.rung().equals(model.rung())));
    List<Event> events = journeys.rounds(0, round.get());
    List<EmittedList> all = lists.all(list -> list.user().startsWith("ladder"));
    assertThat(all).hasSameSizeAs(events);
    ListAssertions.assertEachEventHasItsId(events, all);
    ListAssertions.assertOrderPerUser(events, all);
    ListAssertions.assertMadeFromWhatCameBefore(events, all);
  }

  private static void assertFallen(EmittedList list, String rung) {
    assertThat(list.rung()).as("rung of %s", list).isEqualTo(rung);
    assertThat(list.rungReason()).as("reason of %s", list).isEqualTo("unavailable");
  }

  private Journeys journeys(String group, int users) {
    Instant begin = Instant.now().minus(Duration.ofHours(1));
    return new Journeys(group, users, model.catalogue(), begin);
  }

  /** Publishes events and returns their lists, in the order in which they came. */
  private List<EmittedList> publish(List<Event> events) {
    List<String> triggers = events.stream().map(Event::id).toList();
    publisher.publish(events);
    lists.await(triggers, EmittedList::trigger);
    return lists.all(list -> triggers.contains(list.trigger()));
  }

  private TopicReader<Letter> letters() {
    return new TopicReader<>(
        running.endpoints(), "dead-letters", "read_uncommitted", Letter::from, running::logs);
  }
}
