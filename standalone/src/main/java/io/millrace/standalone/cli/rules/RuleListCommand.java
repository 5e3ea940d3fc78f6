package io.millrace.standalone.cli.rules;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.rules.KnownCatalogue;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the rules that are in force. */
@Command(
    name = "list",
    description =
        "Shows the rules that are in force, the newest first, with how many items of the catalogue"
            + " each matches.")
final class RuleListCommand implements Callable<Integer> {
  @Option(
      names = "--all",
      description = "Also those that are not in force yet or any more, or that the job refuses.")
  private boolean all;

  @Option(
      names = "--json",
      description = "Print all kept rules as a JSON array that ./millrace rule put --file takes.")
  private boolean json;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    Map<String, Object> kafka = connection.kafka();
    PrintWriter out = spec.commandLine().getOut();
    try (SchemaRegistry schemas = connection.schemas()) {
      RuleTopics topics = new RuleTopics(kafka, schemas);
      List<Rule> rules = topics.rules().newestFirst();
      if (json) {
        out.println(RuleJson.of(rules));
        return 0;
      }
      KnownCatalogue catalogue = rules.isEmpty() ? new KnownCatalogue() : topics.catalogue();
      Instant now = clock.instant();
      new RulePage(catalogue, ZoneId.systemDefault(), now, TextStyle.ofOutput())
          .lines(rules, all)
          .forEach(out::println);
    }
    return 0;
  }
}
