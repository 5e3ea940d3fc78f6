package io.millrace.standalone.cli.topics;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Erasure;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.RecommendationRequest;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Publishes what a user did, a wish for a list, or a wish to be forgotten. */
@Command(
    name = "publish",
    description = {
      "Publishes to a running system: what a user did, a request for a list, or an erasure.",
      "",
      "Examples:",
      "  ./millrace publish --user 42 --item 50 --type rate --value 5",
      "  ./millrace publish --user 42 --statement 'no more horror films'",
      "  ./millrace publish --user 42 --request",
      "  ./millrace publish --user 42 --erase",
      "  ./millrace publish --file events.jsonl   (one JSON object a line, with userId, itemId, type)"
    })
public final class PublishCommand implements Callable<Integer> {
  @Option(names = "--user", paramLabel = "ID", description = "Whose event it is.")
  private @Nullable String user;

  @Option(names = "--item", paramLabel = "ID", description = "The item that it is about.")
  private @Nullable String item;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "VIEW",
      description =
          "View, click, like, dislike, rate, purchase or skip (default: ${DEFAULT-VALUE}).")
  private InteractionType type = InteractionType.VIEW;

  @Option(names = "--value", paramLabel = "N", description = "A rating's stars, an amount.")
  private @Nullable Double value;

  @Option(names = "--statement", paramLabel = "WORDS", description = "A preference in words.")
  private @Nullable String statement;

  @Option(names = "--request", description = "Ask for a list now.")
  private boolean request;

  @Option(names = "--k", paramLabel = "N", description = "Items wanted, with --request.")
  private @Nullable Integer k;

  @Option(names = "--erase", description = "Have all that is known of the user forgotten.")
  private boolean erase;

  @Option(names = "--file", paramLabel = "FILE", description = "Publish all events of a file.")
  private @Nullable Path file;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() throws IOException {
    check();
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas();
        RecordPublisher publisher = new RecordPublisher(kafka, schemas)) {
      if (file != null) {
        publishFile(file, publisher);
      } else {
        say(publishOne(publisher));
      }
    }
    return 0;
  }

  private void check() {
    int kinds = (file == null ? 0 : 1) + (request ? 1 : 0) + (erase ? 1 : 0);
    kinds += item == null && statement == null ? 0 : 1;
    if (kinds != 1) {
      throw misuse("give one of --item, --statement, --request, --erase or --file");
    }
    if (file == null && (user == null || user.isEmpty())) {
      throw misuse("--user is missing");
    }
    if (file != null && user != null) {
      throw misuse("--user does not go with --file, whose events name their users");
    }
    if (item != null && statement != null) {
      throw misuse("--item does not go with --statement");
    }
    if (item != null
        && (type == InteractionType.UNKNOWN || type == InteractionType.PREFERENCE_STATEMENT)) {
      throw misuse("--type " + type + " is not a thing done with an item; see --help");
    }
  }

  private ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private String publishOne(RecordPublisher publisher) {
    String owner = String.valueOf(user);
    String id = UUID.randomUUID().toString();
    if (request) {
      RecommendationRequest wish =
          RecommendationRequest.newBuilder()
              .setRequestId(id)
              .setUserId(owner)
              .setK(k)
              .setRequestTime(clock.instant())
              .build();
      return "request " + publisher.publish(Topics.RECOMMENDATION_REQUESTS, owner, wish, id);
    }
    if (erase) {
      Erasure erasure = new Erasure(id, owner, clock.instant());
      return "erasure " + publisher.publish(Topics.ERASURES, owner, erasure, id);
    }
    Interaction event =
        Interaction.newBuilder()
            .setEventId(id)
            .setUserId(owner)
            .setItemId(item)
            .setType(statement == null ? type : InteractionType.PREFERENCE_STATEMENT)
            .setValue(value)
            .setStatement(statement)
            .setEventTime(clock.instant())
            .build();
    return "event " + publisher.publish(Topics.INTERACTIONS, owner, event, id);
  }

  private void publishFile(Path path, RecordPublisher publisher) throws IOException {
    EventLines lines = new EventLines(clock, () -> UUID.randomUUID().toString());
    long count = 0;
    long number = 0;
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          Interaction event = lines.parse(line);
          publisher.send(Topics.INTERACTIONS, event.getUserId(), event);
          count++;
        }
      }
    } catch (CommandException e) {
      publisher.flush();
      throw new CommandException(
          path + ":" + number + ": " + e.getMessage() + "; " + count + " before it are published");
    } catch (IOException e) {
      throw new CommandException("--file " + path + " cannot be read: " + e);
    }
    publisher.flush();
    say(count + " events published to " + Topics.INTERACTIONS.name());
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
  }
}
