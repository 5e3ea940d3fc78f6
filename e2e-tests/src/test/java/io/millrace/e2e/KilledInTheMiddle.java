package io.millrace.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What becomes of events when {@code serve} is killed between two of them and started again.
 *
 * <p>A first part of the events is in a checkpoint. Of the second part some have their lists when
 * the process is killed, and none is in a checkpoint: all of it is read again. The third part is
 * sent while nothing runs. The publisher is never told of the failure: its client goes on trying.
 *
 * @param events all that were published, in order
 * @param written every list that was written, aborted ones included
 * @param committed every list as a reader of committed records sees them
 * @param restart what the second process printed
 */
record KilledInTheMiddle(
    List<Event> events,
    List<EmittedList> written,
    List<EmittedList> committed,
    List<String> restart) {
  private static final int USERS = 12;
  private static final int CHECKPOINTED = 3;
  private static final int KILLED = 7;
  private static final int DOWN = 9;
  private static final int CLOSING = 10;

  /** The job's own checkpoints come too late to matter; the test asks for the one it needs. */
  private static final String ONLY_ON_DEMAND = "-Dexecution.checkpointing.interval=5 min";

  private static final String OFTEN = "-Dexecution.checkpointing.interval=1 s";

  /**
   * Lets it happen.
   *
   * @param folder empty
   * @param option an option of the job
   */
  static KilledInTheMiddle run(Path folder, String option) throws IOException {
    Journeys journeys =
        new Journeys(
            "killed",
            USERS,
            ShippedModel.read().catalogue(),
            Instant.now().minus(Duration.ofMinutes(10)));
    List<Event> events = new ArrayList<>();
    List<String> ports = ports();
    ServeProcess first = new ServeProcess(folder, arguments(ports, ONLY_ON_DEMAND, option));
    try (first) {
      Endpoints endpoints = first.awaitReady();
      try (EventPublisher publisher = new EventPublisher(endpoints);
          TopicReader<EmittedList> all =
              TopicReader.ofLists(endpoints, "read_uncommitted", first::logs)) {
        all.await(
            publish(publisher, journeys.rounds(0, CHECKPOINTED), events), EmittedList::trigger);
        first.flink().checkpoint();
        List<String> someOfTheMiddle =
            publish(publisher, journeys.rounds(CHECKPOINTED, KILLED), events).subList(0, USERS);
        all.await(someOfTheMiddle, EmittedList::trigger);
        first.kill();
        List<Event> unheard = journeys.rounds(KILLED, DOWN);
        // On a thread of its own: Kafka's client lets callers wait while no broker is known.
        CompletableFuture<List<Future<RecordMetadata>>> late =
            CompletableFuture.supplyAsync(() -> publisher.publish(unheard));
        events.addAll(unheard);
        try (ServeProcess second = new ServeProcess(folder, arguments(ports, OFTEN, option))) {
          second.awaitReady();
          late.join().forEach(EventPublisher::await);
          return goOn(publisher, journeys, events, all, second);
        }
      }
    }
  }

  private static KilledInTheMiddle goOn(
      EventPublisher publisher,
      Journeys journeys,
      List<Event> events,
      TopicReader<EmittedList> all,
      ServeProcess second) {
    try (TopicReader<EmittedList> committed =
        TopicReader.ofLists(second.awaitReady(), "read_committed", second::logs)) {
      committed.await(events.stream().map(Event::id).toList(), EmittedList::trigger);
      // Lists of one more event each come after whatever was still to be repeated.
      committed.await(
          publish(publisher, journeys.rounds(DOWN, CLOSING), events), EmittedList::trigger);
      committed.drain();
      all.drain();
      second.stop();
      return new KilledInTheMiddle(
          List.copyOf(events), List.copyOf(all.all()), List.copyOf(committed.all()), second.said());
    }
  }

  private static List<String> publish(
      EventPublisher publisher, List<Event> next, List<Event> events) {
    publisher.publish(next);
    events.addAll(next);
    return next.stream().map(Event::id).toList();
  }

  private static List<String> arguments(List<String> ports, String... options) {
    List<String> arguments = new ArrayList<>(ports);
    arguments.addAll(List.of(options));
    return arguments;
  }

  /** The same ones for both processes, as clients keep the addresses that they know. */
  private static List<String> ports() throws IOException {
    List<ServerSocket> free = new ArrayList<>();
    List<String> options = new ArrayList<>();
    for (String option :
        List.of("--kafka-port", "--registry-port", "--model-server-port", "--flink-port")) {
      ServerSocket socket = new ServerSocket(0);
      free.add(socket);
      options.add(option);
      options.add(String.valueOf(socket.getLocalPort()));
    }
    for (ServerSocket socket : free) {
      socket.close();
    }
    return options;
  }
}
