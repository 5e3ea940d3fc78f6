package io.millrace.standalone.cli.rules;

import io.millrace.flink.connectors.SchemaRegistry;
import io.millrace.schemas.avro.Rule;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.terminal.PrintableText;
import io.millrace.standalone.cli.terminal.TextStyle;
import io.millrace.standalone.cli.topics.ConnectionOptions;
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
import picocli.CommandLine.Spec;

/** Says what is wrong with rules before they are put, or with those that are. */
@Command(
    name = "check",
    description = {
      "Holds rules against what the job accepts, the catalogue and the rules that are kept, and"
          + " publishes nothing. Without a rule in options or a file it checks those that are"
          + " kept.",
      "Exits with 1 if the job refuses one of them; warnings do not count."
    })
final class RuleCheckCommand implements Callable<Integer> {
  @Mixin private RuleOptions options = new RuleOptions();
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private HelpOptions help = new HelpOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    Instant now = clock.instant();
    List<Rule> given = options.isEmpty() ? List.of() : options.rules(spec, now);
    Map<String, Object> kafka = connection.kafka();
    PrintWriter out = spec.commandLine().getOut();
    try (SchemaRegistry schemas = connection.schemas()) {
      RuleTopics topics = new RuleTopics(kafka, schemas);
      KeptRules kept = topics.rules();
      KnownCatalogue catalogue = topics.catalogue();
      List<Rule> rules = options.isEmpty() ? kept.newestFirst() : given;
      List<Finding> findings = new RuleReview(catalogue, now).of(rules, kept);
      RulePage page = new RulePage(catalogue, ZoneId.systemDefault(), now, TextStyle.ofOutput());
      if (!rules.isEmpty()) {
        page.lines(rules, true).forEach(out::println);
      }
      findings.forEach(finding -> out.println(RulePage.finding(finding)));
      long errors = findings.stream().filter(Finding::isError).count();
      out.println(
          PrintableText.count(rules.size(), "rule")
              + " checked: "
              + PrintableText.count(errors, "error")
              + ", "
              + PrintableText.count(findings.size() - errors, "warning"));
      return errors == 0 ? 0 : CommandErrors.FAILED;
    }
  }
}
