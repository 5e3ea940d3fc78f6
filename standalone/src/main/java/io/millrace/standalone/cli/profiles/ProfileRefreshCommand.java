package io.millrace.standalone.cli.profiles;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.ProfileRefresh;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.cli.topics.RecordPublisher;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Has a profile written again. */
@Command(
    name = "refresh",
    description = {
      "Asks for a user's profile to be written again, from the events that are known now.",
      "It waits in line with others, within the token budget. A user without events gets none."
    })
final class ProfileRefreshCommand implements Callable<Integer> {
  @Mixin private ProfileUser user = new ProfileUser();
  @Mixin private ProfileWaitOption wait = new ProfileWaitOption();
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    String id = user.id(spec);
    Duration limit = wait.limit(spec);
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas();
        RecordPublisher publisher = new RecordPublisher(kafka, schemas)) {
      Runnable publish = () -> out.println(publish(publisher, id));
      if (limit.isZero()) {
        publish.run();
      } else {
        try (ProfileReader reader = new ProfileReader(kafka, schemas, id)) {
          new ProfileOutcome(reader, out, clock, System::nanoTime)
              .show(publish, newer -> true, "", limit);
        }
      }
    }
    return 0;
  }

  private String publish(RecordPublisher publisher, String userId) {
    String id = UUID.randomUUID().toString();
    ProfileRefresh refresh = new ProfileRefresh(id, userId, clock.instant());
    return "refresh " + publisher.publish(Topics.PROFILE_REFRESHES, userId, refresh, id);
  }
}
