package io.millrace.e2e;

import io.millrace.flink.config.OptionsReference;
import io.millrace.server.config.ServerOptions;
import io.millrace.standalone.cli.Millrace;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes docs/configuration.md from the options that the code declares. */
final class ConfigurationPage {
  private static final String INTRODUCTION =
      """
      # Configuration

      This page is generated from the options that the code declares.

      There are three kinds of options:

      | options of | are given | example |
      |---|---|---|
      | the job | with `-D` to `./millrace serve` and `./millrace demo`; with `-D`, as `--key value` or \
      in a `--config FILE.yaml` to the job's own `main`; in the cluster's own configuration file | \
      `-Dmillrace.trigger.interval=2s` |
      | the model server | on its command line; without the dashes in a `.properties` file that \
      `--config` names, where the command line wins | `--max-queue-delay 500us`, in a file \
      `max-queue-delay=500us` |
      | the commands | on the command line, and nowhere else | `./millrace serve --kafka-port 9092` |

      Durations of the job are a number and a unit (`250 ms`, `10 s`, `7 d`), lists are separated by \
      semicolons. A `millrace.*` key that does not exist is an error that names the nearest one that \
      does. Every other key of the job is Flink's own.

      ## The job

      """;

  private ConfigurationPage() {}

  /** The whole page. */
  static String markdown() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    page.append(OptionsReference.markdown());
    page.append("\n## The model server\n\n");
    appendTable(page, server());
    page.append("\n## The commands\n");
    for (CommandSpec command : commands()) {
      page.append("\n### `./").append(command.qualifiedName()).append("`\n\n");
      page.append(summary(command)).append("\n\n");
      appendTable(page, command);
    }
    return page.toString();
  }

  /** Every option of the model server and of the commands that lacks a description. */
  static List<String> undescribed() {
    List<CommandSpec> all = new ArrayList<>(commands());
    all.add(server());
    List<String> names = new ArrayList<>();
    for (CommandSpec command : all) {
      for (OptionSpec option : command.options()) {
        if (description(option).isBlank()) {
          names.add(command.qualifiedName() + " " + option.longestName());
        }
      }
    }
    return names;
  }

  private static List<CommandSpec> commands() {
    return new CommandLine(new Millrace())
        .getSubcommands().values().stream().map(CommandLine::getCommandSpec).toList();
  }

  private static CommandSpec server() {
    try {
      Constructor<ServerOptions> constructor = ServerOptions.class.getDeclaredConstructor();
      constructor.setAccessible(true);
      return new CommandLine(constructor.newInstance()).getCommandSpec();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the model server's options", e);
    }
  }

  /**
   * What a command is for; the examples after the first empty line are left to its own help. A
   * description is a format, in which a percent sign is doubled.
   */
  private static String summary(CommandSpec command) {
    return Arrays.stream(command.usageMessage().description())
        .takeWhile(line -> !line.isBlank())
        .collect(Collectors.joining(" "))
        .replace("%%", "%");
  }

  private static void appendTable(StringBuilder page, CommandSpec command) {
    page.append("| option | meaning |\n|---|---|\n");
    for (OptionSpec option : command.options()) {
      page.append("| `").append(String.join("`, `", option.names()));
      if (option.arity().max() > 0) {
        page.append(' ').append(option.paramLabel().replace("|", "\\|"));
      }
      page.append("` | ").append(description(option).replace("|", "\\|"));
      page.append(isRequired(option) ? " Required." : "").append(" |\n");
    }
  }

  /** Inside a group of alternatives that may all be left out, an option counts as required. */
  private static boolean isRequired(OptionSpec option) {
    return option.required() && (option.group() == null || option.group().multiplicity().min() > 0);
  }

  private static String description(OptionSpec option) {
    return String.join(" ", option.description());
  }
}
