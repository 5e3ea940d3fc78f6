package io.millrace.standalone.cli.rules;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.Topics;
import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.cli.terminal.CommandException;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.cli.topics.ConnectionOptions;
import io.millrace.standalone.cli.topics.RecordPublisher;
import io.millrace.standalone.rules.Finding;
import io.millrace.standalone.rules.KeptRules;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts rules into force. */
@Command(
    name = "put",
    description = {
      "Publishes a rule, or the rules of a file; one of the same id is replaced.",
      "What the job would refuse is refused here, and nothing is published then; what likely was"
          + " not meant is warned of.",
      "",
      "Examples:",
      "  ./millrace rule put --id no-horror --action exclude --attribute genre=Horror",
      "  ./millrace rule put --id premiere --action pin --item 50 --position 1 --surface home",
      "  ./millrace rule put --id scifi --action boost --attribute genre=Sci-Fi --factor 2",
      "  ./millrace rule put --id one-western --at-most 1 --attribute genre=Western --within 10",
      "  ./millrace rule put --id blocked --user 42 --action exclude --item 50"
    })
final class RulePutCommand implements Callable<Integer> {
  @Mixin private RuleOptions options = new RuleOptions();
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    if (options.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "give a rule with --id, or --file");
    }
    Instant now = clock.instant();
    List<Rule> given = options.rules(spec, now);
    Map<String, Object> kafka = connection.kafka();
    PrintWriter out = spec.commandLine().getOut();
    try (SchemaRegistry schemas = connection.schemas()) {
      RuleTopics topics = new RuleTopics(kafka, schemas);
      KeptRules kept = topics.rules();
      KnownCatalogue catalogue = topics.catalogue();
      List<Rule> rules = given.stream().map(rule -> stamped(rule, kept, now)).toList();
      List<Finding> findings = new RuleReview(catalogue, now).of(rules, kept);
      findings.forEach(finding -> spec.commandLine().getErr().println(RulePage.finding(finding)));
      if (findings.stream().anyMatch(Finding::isError)) {
        throw new CommandException(
            "nothing is published: the job would refuse what is wrong above");
      }
      RulePage page = new RulePage(catalogue, ZoneId.systemDefault(), now, TextStyle.ofOutput());
      try (RecordPublisher publisher = new RecordPublisher(kafka, schemas)) {
        for (Rule rule : rules) {
          publisher.send(Topics.RULES, rule.getRuleId(), rule);
        }
        publisher.flush();
      }
      page.lines(rules, true).forEach(out::println);
      out.println(
          PrintableText.count(rules.size(), "rule") + " published to " + Topics.RULES.name());
    }
    return 0;
  }

  /** Written now; a clock that is behind the one of the version before must not lose against it. */
  private static Rule stamped(Rule rule, KeptRules kept, Instant now) {
    Rule before = kept.get(rule.getRuleId());
    Instant time =
        before == null || before.getUpdatedAt().isBefore(now)
            ? now
            : before.getUpdatedAt().plusMillis(1);
    return Rule.newBuilder(rule).setUpdatedAt(time).build();
  }
}
