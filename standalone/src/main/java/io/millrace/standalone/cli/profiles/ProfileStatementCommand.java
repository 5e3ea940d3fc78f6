package io.millrace.standalone.cli.profiles;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.flink.features.InputRules;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Interaction;
import io.millrace.schemas.avro.InteractionType;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.cli.topics.RecordPublisher;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says in words what a user likes. */
@Command(
    name = "statement",
    description = {
      "Publishes a preference in a user's own words, an event that profiles are written from.",
      "It alone is enough for a first profile; a later one is written when enough is new, or at once"
          + " with ./millrace profile refresh."
    })
final class ProfileStatementCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "WORDS",
      description =
          "What the user says, of at most " + InputRules.MAX_STATEMENT_CHARS + " characters.")
  private List<String> words = new ArrayList<>();

  @Mixin private ProfileUser user = new ProfileUser();
  @Mixin private ProfileWaitOption wait = new ProfileWaitOption();
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    String id = user.id(spec);
    String statement = statement();
    Duration limit = wait.limit(spec);
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> kafka = connection.kafka();
    String eventId = UUID.randomUUID().toString();
    try (SchemaRegistry schemas = connection.schemas();
        RecordPublisher publisher = new RecordPublisher(kafka, schemas)) {
      Runnable publish =
          () -> out.println("statement " + publish(publisher, id, eventId, statement));
      if (limit.isZero()) {
        publish.run();
      } else {
        try (ProfileReader reader = new ProfileReader(kafka, schemas, id)) {
          new ProfileOutcome(reader, out, clock, System::nanoTime)
              .show(
                  publish,
                  newer -> cites(newer, eventId),
                  "No claim of it cites the statement: it was begun before, or what the statement"
                      + " says is not in it.",
                  limit);
        }
      }
    }
    return 0;
  }

  private String statement() {
    String statement = String.join(" ", words).strip();
    if (statement.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "WORDS are empty; say what the user likes, or does not");
    }
    if (statement.length() > InputRules.MAX_STATEMENT_CHARS) {
      throw new ParameterException(
          spec.commandLine(),
          "WORDS have "
              + statement.length()
              + " characters: at most "
              + InputRules.MAX_STATEMENT_CHARS
              + " are used; make several statements of it");
    }
    return statement;
  }

  private String publish(
      RecordPublisher publisher, String userId, String eventId, String statement) {
    Interaction event =
        Interaction.newBuilder()
            .setEventId(eventId)
            .setUserId(userId)
            .setType(InteractionType.PREFERENCE_STATEMENT)
            .setStatement(statement)
            .setEventTime(clock.instant())
            .build();
    return publisher.publish(Topics.INTERACTIONS, userId, event, eventId);
  }

  private static boolean cites(UserProfile profile, String eventId) {
    return profile.getCited().stream().anyMatch(event -> event.getEventId().equals(eventId));
  }
}
