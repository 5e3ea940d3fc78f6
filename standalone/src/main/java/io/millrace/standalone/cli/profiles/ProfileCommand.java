package io.millrace.standalone.cli.profiles;

import io.millrace.standalone.cli.terminal.HelpOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What people want of profiles. */
@Command(
    name = "profile",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Shows what a language model wrote about a user, and has it written again.",
      "",
      "Examples:",
      "  ./millrace profile show --user 42",
      "  ./millrace profile refresh --user 42 --wait 60",
      "  ./millrace profile statement --user 42 'slow films about the sea'"
    },
    subcommands = {
      ProfileShowCommand.class,
      ProfileRefreshCommand.class,
      ProfileStatementCommand.class
    })
public final class ProfileCommand {
  @Mixin private HelpOptions help = new HelpOptions();
}
