package io.millrace.standalone.demo;

import io.millrace.schemas.avro.TriggerKind;
import io.millrace.standalone.console.DemoConsole;
import io.millrace.standalone.console.Spotlight;
import io.millrace.standalone.data.MovieLens;
import io.millrace.standalone.data.Rating;
import io.millrace.standalone.evaluation.DeliveryLedger;
import io.millrace.standalone.evaluation.ListEvaluation;
import io.millrace.standalone.evaluation.ProfileLedger;
import io.millrace.standalone.evaluation.Triggers;
import io.millrace.standalone.evaluation.VersionLedger;
import io.millrace.standalone.platform.Platform;
import io.millrace.standalone.platform.PlatformException;
import io.millrace.standalone.replay.ClientSettings;
import io.millrace.standalone.replay.DemoPublisher;
import io.millrace.standalone.replay.OutputReader;
import io.millrace.standalone.replay.PacingClock;
import io.millrace.standalone.replay.ReplayPlan;
import io.millrace.standalone.replay.ReplayPlan.StartRequest;
import io.millrace.standalone.replay.Replayer;
import io.millrace.standalone.replay.SchemaIds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The stream itself: history and requests first, then the replay, with its output read. */
final class DemoStream implements AutoCloseable {
  /** How long a start request waits for its user's history; the job has to read that first. */
  private static final Duration START_DEADLINE = Duration.ofSeconds(10);

  /** Nothing came for so long: what is missing will not come any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Between two lists on the console, so that each can be read. */
  private static final Duration PAUSE = Duration.ofMillis(1500);

  private final Platform platform;
  private final DemoSettings settings;
  private final ReplayPlan plan;
  private final DemoConsole console;
  private final PacingClock clock = PacingClock.system();
  private final Triggers triggers;
  private final DeliveryLedger ledger;
  private final ListEvaluation evaluation;
  private final ProfileLedger profiles = new ProfileLedger();
  private final VersionLedger versions = new VersionLedger();
  private final VersionLedger rerankers = new VersionLedger();
  private final LiveLists lists;
  private final DemoPublisher publisher;
  private final OutputReader reader;

  /** Opens both ends. */
  DemoStream(
      Platform platform,
      DemoSettings settings,
      MovieLens data,
      ReplayPlan plan,
      SchemaIds schemas,
      DemoConsole console) {
    this.platform = platform;
    this.settings = settings;
    this.plan = plan;
    this.console = console;
    this.triggers = new Triggers(plan, settings.rehearsals());
    this.ledger = new DeliveryLedger(triggers);
    this.evaluation = new ListEvaluation(triggers);
    this.lists =
        new LiveLists(
            ledger,
            evaluation,
            profiles,
            versions,
            rerankers,
            new Spotlight(plan, data.catalogue(), settings.users(), PAUSE),
            console);
    ClientSettings clients = settings.clients(platform.bootstrapServers());
    this.reader = new OutputReader(clients, schemas, lists, clock::nanos);
    this.publisher = new DemoPublisher(clients, schemas, Clock.systemUTC());
    publisher.publishCatalogue(data.catalogue());
  }

  DeliveryLedger ledger() {
    return ledger;
  }

  ListEvaluation evaluation() {
    return evaluation;
  }

  ProfileLedger profiles() {
    return profiles;
  }

  VersionLedger versions() {
    return versions;
  }

  VersionLedger rerankers() {
    return rerankers;
  }

  long deadLetters() {
    return lists.deadLetters();
  }

  /** Publishes the past, warms up, and waits until each returning user has a first list. */
  void prepare() throws InterruptedException {
    long start = clock.nanos();
    publisher.publishBackfill(plan.backfill());
    int lists = 0;
    for (List<StartRequest> round : plan.warmUpRounds()) {
      request(round);
      lists += round.size();
    }
    request(plan.requests());
    console.say(
        String.format(
            Locale.ROOT,
            "The past of %,d %susers is in Flink's state (%,d ratings), and %,d lists have"
                + " warmed everything up (%.1f s).",
            plan.usersWithPast(),
            settings.wholePast() ? "" : "returning ",
            plan.backfill().size(),
            lists,
            (clock.nanos() - start) / 1e9));
  }

  /**
   * Plays the events by other users, as often as was asked for, each time until every list came.
   */
  void rehearse() throws InterruptedException {
    for (int round = 1; round <= settings.rehearsals(); round++) {
      long start = clock.nanos();
      List<Rating> events = plan.rehearsal(round);
      for (Rating event : events) {
        send(triggers.find(TriggerKind.EVENT, event.eventId()), event, clock.nanos());
      }
      publisher.flush();
      awaitLists();
      console.say(
          String.format(
              Locale.ROOT,
              "Rehearsal %d of %d: %,.0f lists/s",
              round,
              settings.rehearsals(),
              events.size() / ((ledger.lastListNanos() - start) / 1e9)));
    }
  }

  private void request(List<StartRequest> requests) throws InterruptedException {
    for (StartRequest request : requests) {
      ledger.published(triggers.find(TriggerKind.REQUEST, request.id()), clock.nanos());
    }
    publisher.publishRequests(requests, START_DEADLINE);
    awaitLists();
  }

  /** Replays, and waits until every list has come or no more do. */
  StreamOutcome replay() throws InterruptedException {
    List<Rating> events = plan.events();
    Map<String, Duration> before = platform.processorTime();
    long planned =
        settings
            .pace()
            .offsetNanos(events.size() - 1, events.get(events.size() - 1), events.get(0));
    long start;
    boolean complete;
    try (ReplayProgress progress =
        new ReplayProgress(console, ledger, evaluation, events.size(), planned, clock::nanos)) {
      start = new Replayer(clock, settings.pace()).replay(events, this::send);
      publisher.flush();
      complete = awaitLists();
    }
    Map<String, Duration> after = platform.processorTime();
    return new StreamOutcome(ledger.lastListNanos() - start, complete, before, after);
  }

  private void send(int trigger, Rating event, long intendedNanos) {
    ledger.published(trigger, intendedNanos);
    publisher.publishEvent(event);
  }

  private boolean awaitLists() throws InterruptedException {
    boolean complete = ledger.awaitAll(PATIENCE);
    RuntimeException failure = reader.failure().orElse(null);
    if (failure != null) {
      throw new PlatformException(
          "reading the recommendations failed: " + failure.getMessage(), failure);
    }
    return complete;
  }

  @Override
  public void close() {
    publisher.close();
    reader.close();
  }
}
