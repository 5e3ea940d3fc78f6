package io.millrace.standalone.cli.profiles;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.Refusal;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whose profile a command is about. */
public final class ProfileUser {
  @Option(names = "--user", required = true, paramLabel = "ID", description = "Whose profile.")
  private String user = "";

  /**
   * The user's id.
   *
   * @param spec of the command
   * @throws ParameterException if it cannot be one
   */
  String id(CommandSpec spec) {
    Refusal refusal = InputRules.checkId("--user", user);
    if (refusal != null) {
      throw new ParameterException(spec.commandLine(), refusal.detail());
    }
    return user;
  }
}
