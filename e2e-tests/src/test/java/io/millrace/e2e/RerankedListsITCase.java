package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.standalone.cli.Millrace;
import io.millrace.standalone.platform.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole loop of a list that a language model looks over, in {@code serve} as people run it: a
 * list leaves, the model that the model server runs is asked about its candidates, what it found
 * has a say in the user's next list, and {@code explain} makes that list again. The model is a tiny
 * one of random weights: what it says is of no use, how it is asked and heard is as ever.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RerankedListsITCase {
  /** The default of millrace.rerank.min-events: of the fifth event's list the model is asked. */
  private static final int EVENTS = 5;

  /** As many as the tiny model's context has room for in a prompt. */
  private static final int MORE_EVENTS = 8;

  private static final List<String> OPTIONS =
      List.of(
          "--rerank",
          "-Dmillrace.language-model.model=tiny",
          "-Dmillrace.rerank.interval=0 s",
          "-Dmillrace.rerank.offer-again=1 s",
          // So much that its order is not the model server's.
          "-Dmillrace.rerank.weight=10",
          // Profiles are not what this is about.
          "-Dmillrace.profile.min-events=1000");

  private final ShippedModel model = ShippedModel.read();
  private final List<Event> events =
      new Journeys("reranked", 1, model.catalogue(), Instant.now().minus(Duration.ofMinutes(10)))
          .rounds(0, EVENTS + MORE_EVENTS);

  @Test
  void whatWasFoundInAListHasASayInTheNextOneAndIsExplained(@TempDir Path folder)
      throws IOException {
    try (ServeProcess serve = new ServeProcess(folder, arguments())) {
      Endpoints endpoints = serve.awaitReady();
      try (EventPublisher publisher = new EventPublisher(endpoints);
          TopicReader<EmittedList> lists =
              TopicReader.ofLists(endpoints, "read_uncommitted", serve::logs);
          TopicReader<String> found =
              new TopicReader<>(
                  endpoints,
                  "reranked-candidates",
                  "read_committed",
                  record -> record.value().get("recommendationId").toString(),
                  serve::logs)) {
        // An id for a title: the model reads few tokens.
        model.catalogue().forEach(item -> publisher.item(item, item));
        publisher.publish(events.subList(0, EVENTS));
        EmittedList asked = await(lists, events.get(EVENTS - 1));
        assertThat(lists.all()).noneMatch(RerankedListsITCase::isReranked);
        found.await(List.of(asked.id()), id -> id);

        EmittedList reranked = nextReranked(publisher, lists);

        assertThat(reranked.versions()).containsEntry("reranker", "tiny rerank/1");
        assertThat(reranked.rung()).isEqualTo(model.rung());
        JsonNode explained = explain(serve, endpoints, reranked.id());
        assertThat(explained.path("verdict").asText()).isEqualTo("SAME");
        JsonNode used = explained.at("/input/reranking");
        assertThat(lists.all(list -> !list.id().equals(reranked.id())))
            .as("an earlier list of the user")
            .extracting(EmittedList::id)
            .contains(used.path("recommendationId").asText());
        assertThat(used.path("scores")).isNotEmpty();
        assertThat(reranked.items())
            .isEqualTo(ids(explained.path("again")))
            .isNotEqualTo(ids(explained.at("/reply/items")).subList(0, reranked.items().size()));
      }
      serve.stop();
    }
  }

  private static List<String> arguments() {
    List<String> arguments = new ArrayList<>(OPTIONS);
    for (String port :
        List.of("--kafka-port", "--registry-port", "--model-server-port", "--flink-port")) {
      arguments.addAll(List.of(port, "0"));
    }
    Path tiny =
        Installation.locate().home().resolve("model-server/src/test/resources/language-model");
    arguments.addAll(List.of("--language-model", tiny.toString()));
    return arguments;
  }

  private static EmittedList await(TopicReader<EmittedList> lists, Event event) {
    lists.await(List.of(event.id()), EmittedList::trigger);
    return lists.all(list -> list.trigger().equals(event.id())).get(0);
  }

  /** What was found is read from a topic of its own, so the very next event may be before it. */
  private EmittedList nextReranked(EventPublisher publisher, TopicReader<EmittedList> lists) {
    for (Event event : events.subList(EVENTS, events.size())) {
      publisher.publish(List.of(event));
      EmittedList list = await(lists, event);
      if (isReranked(list)) {
        return list;
      }
    }
    throw new AssertionError("no list of " + MORE_EVENTS + " after it was reranked");
  }

  private static boolean isReranked(EmittedList list) {
    return list.versions().containsKey("reranker");
  }

  private static JsonNode explain(ServeProcess serve, Endpoints endpoints, String id)
      throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Millrace.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "explain",
            id,
            "--json",
            "--bootstrap-servers",
            endpoints.bootstrapServers(),
            "--registry",
            endpoints.registry().toString(),
            "--model-server",
            serve.modelServer());
    assertThat(exit).as("%s%s%s", out, err, serve.logs()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private static List<String> ids(JsonNode items) {
    return items.findValuesAsText("itemId");
  }
}
