package io.millrace.standalone.cli.terminal;

import io.millrace.flink.config.InvalidOptionException;
import io.millrace.flink.connectors.RegistryException;
import io.millrace.standalone.data.DataException;
import io.millrace.standalone.platform.PlatformException;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns every failure into one line and an exit code; the rest only with {@code --verbose}. */
public final class CommandErrors implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /** The command could not do what it was asked to. */
  public static final int FAILED = 1;

  /** The command was called in a wrong way. */
  public static final int MISUSED = 2;

  /** Their messages are written for people. */
  private static final List<Class<? extends RuntimeException>> EXPLAINED =
      List.of(
          PlatformException.class,
          DataException.class,
          InvalidOptionException.class,
          RegistryException.class,
          CommandException.class);

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    err.println("millrace: " + line(failure));
    if (arguments.hasMatchedOption("--verbose")) {
      failure.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  /** What is told of a failure, on one line, with what to do about it where that is known. */
  public static String line(Exception failure) {
    String message = String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    if (EXPLAINED.stream().anyMatch(type -> type.isInstance(failure))) {
      return message;
    }
    if (failure instanceof KafkaException) {
      return "Kafka: " + message + "; check the address and that the broker runs";
    }
    return "unexpected "
        + failure.getClass().getSimpleName()
        + ": "
        + message
        + "; --verbose shows where";
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String help = "./" + command.getCommandSpec().qualifiedName() + " --help";
    err.println("millrace: " + String.valueOf(failure.getMessage()).strip() + "; see " + help);
    err.flush();
    return MISUSED;
  }
}
