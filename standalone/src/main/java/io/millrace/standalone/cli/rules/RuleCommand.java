package io.millrace.standalone.cli.rules;

import io.millrace.standalone.cli.terminal.HelpOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What people want of rules. */
@Command(
    name = "rule",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Says what lists must and must not have, whatever the model thinks; in force within seconds.",
      "",
      "Examples:",
      "  ./millrace rule put --id no-horror --action exclude --attribute genre=Horror",
      "  ./millrace rule put --id new-first --at-least 2 --newer-than-days 30 --within 10",
      "  ./millrace rule put --id variety --at-most 3 --each genre --within 10",
      "  ./millrace rule put --file rules.json",
      "  ./millrace rule list",
      "  ./millrace rule remove --id no-horror"
    },
    subcommands = {
      RulePutCommand.class,
      RuleListCommand.class,
      RuleRemoveCommand.class,
      RuleCheckCommand.class
    })
public final class RuleCommand {
  @Mixin private HelpOptions help = new HelpOptions();
}
