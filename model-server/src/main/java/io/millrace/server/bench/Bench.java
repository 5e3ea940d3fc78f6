package io.millrace.server.bench;

import io.millrace.server.inference.ModelLoadException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code millrace bench}: what a model server does under load, beside the same model in process.
 */
@Command(
    name = "millrace bench",
    mixinStandardHelpOptions = true,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND",
    description = "Measures a model server, and the same model called in process.",
    subcommands = {
      ServerBench.class,
      TurnsBench.class,
      OverloadSoak.class,
      SwapSoak.class,
      RankingBench.class,
      RawInferenceBenchmark.class
    })
@SuppressWarnings("NullAway.Init")
public final class Bench implements Runnable {
  @Spec private CommandSpec spec;

  private Bench() {}

  /** Runs a subcommand. Exits with 0, 1 if what was measured failed, or 2 for wrong arguments. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** As {@link #main}, without exiting. */
  static int execute(String... args) {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof IllegalArgumentException
                  || failure instanceof IllegalStateException
                  || failure instanceof ModelLoadException) {
                command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
                return 1;
              }
              throw failure;
            })
        .execute(args);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "which one? server, turns, overload, swap, ranking or raw");
  }
}
