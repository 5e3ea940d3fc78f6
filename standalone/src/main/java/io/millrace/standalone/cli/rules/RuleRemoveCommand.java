package io.millrace.standalone.cli.rules;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.cli.topics.RecordPublisher;
import io.millrace.standalone.rules.RuleFile;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes a rule out of force. */
@Command(name = "remove", description = "Removes a rule; exits with 1 if there is none of that id.")
final class RuleRemoveCommand implements Callable<Integer> {
  @Option(names = "--id", required = true, paramLabel = "ID", description = "Which rule.")
  private String id = "";

  @Option(
      names = "--user",
      paramLabel = "ID",
      description = "Whose rule, if its id does not say so as USER/NAME.")
  private @Nullable String user;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    String ruleId = RuleFile.id(id, user);
    Map<String, Object> kafka = connection.kafka();
    try (SchemaRegistry schemas = connection.schemas();
        RecordPublisher publisher = new RecordPublisher(kafka, schemas)) {
      if (new RuleTopics(kafka, schemas).rules().get(ruleId) == null) {
        throw new CommandException(
            "there is no rule "
                + PrintableText.of(ruleId)
                + "; ./millrace rule list --all has all");
      }
      publisher.remove(Topics.RULES, ruleId);
      spec.commandLine().getOut().println("rule " + PrintableText.of(ruleId) + " removed");
    }
    return 0;
  }
}
