package io.millrace.standalone.cli.profiles;

import io.millrace.flink.config.ProfileOptions;
import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.avro.UserProfile;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a user's profile. */
@Command(
    name = "show",
    description = {
      "Shows a user's newest profile: its claims with the events that they cite, how it was written,"
          + " and what changed from version to version.",
      "Exits with 1 if the user has no profile."
    })
final class ProfileShowCommand implements Callable<Integer> {
  @Mixin private ProfileUser user = new ProfileUser();

  @Option(
      names = "--json",
      description = "Print all that is kept of the profile's versions as one JSON object.")
  private boolean json;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    String id = user.id(spec);
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas();
        ProfileReader reader = new ProfileReader(kafka, schemas, id)) {
      ProfileHistory history = reader.readProfiles();
      reader.readAnswers();
      UserProfile newest = history.newest();
      if (newest == null) {
        throw new CommandException(absence(id, history));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(ProfileJson.of(newest, history));
      } else {
        new ProfilePage(ZoneId.systemDefault(), clock.instant(), TextStyle.ofOutput())
            .lines(newest, history)
            .forEach(out::println);
      }
    }
    return 0;
  }

  /** Why there is none, and how there would be one. */
  static String absence(String user, ProfileHistory history) {
    String printable = PrintableText.of(user);
    int answers = history.answers().size();
    if (answers > 0 && !history.isRemoved()) {
      return "user "
          + printable
          + " has no profile yet, though the journal has "
          + PrintableText.count(answers, "answer")
          + " for one: it is being written, or the answers could not be read (the metrics of the"
          + " profile job tell)";
    }
    return "user "
        + printable
        + (history.isRemoved() ? " has no profile any more: it was erased" : " has no profile")
        + "; one is written after "
        + PrintableText.count(ProfileOptions.MIN_EVENTS.defaultValue(), "event")
        + " (default of "
        + ProfileOptions.MIN_EVENTS.key()
        + "), or of a statement: ./millrace profile statement --user ID WORDS";
  }
}
