package io.millrace.standalone.cli;

import io.millrace.standalone.cli.explain.ExplainCommand;
import io.millrace.standalone.cli.profiles.ProfileCommand;
import io.millrace.standalone.cli.rules.RuleCommand;
import io.millrace.standalone.cli.terminal.CommandErrors;
import io.millrace.standalone.cli.terminal.HelpOptions;
import io.millrace.standalone.cli.topics.PublishCommand;
import io.millrace.standalone.cli.topics.TailCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line's entry; {@code ./millrace} builds the project and comes here. */
@Command(
    name = "millrace",
    synopsisSubcommandLabel = "COMMAND",
    description = "A streaming real-time recommender: events into Kafka, recommendations out.",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      PublishCommand.class,
      TailCommand.class,
      ProfileCommand.class,
      RuleCommand.class,
      ExplainCommand.class
    })
public final class Millrace {
  @Mixin private HelpOptions help = new HelpOptions();

  /** Runs a command and exits with its code: 0, 1 where it failed, 2 where it was misused. */
  public static void main(String[] args) {
    Logging.toConsole();
    System.exit(commandLine().execute(args));
  }

  /** The command line with all its commands, as {@code main} runs it. */
  public static CommandLine commandLine() {
    CommandErrors errors = new CommandErrors();
    return new CommandLine(new Millrace())
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** For tests: the same, with what it prints caught. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }
}
