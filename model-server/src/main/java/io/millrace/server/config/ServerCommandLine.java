package io.millrace.server.config;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.PropertiesDefaultProvider;

/** Turns arguments, and the file they name, into options. */
public final class ServerCommandLine {
  static final String CONFIG = "--config";

  private static final int WRONG_OPTIONS = 2;

  private ServerCommandLine() {}

  /**
   * What the arguments came to.
   *
   * @param options null if the server is not to start
   * @param exitCode what to exit with then: 0 after help, 2 after an error
   */
  public record Outcome(@Nullable ServerOptions options, int exitCode) {}

  /**
   * Parses. Help goes to {@code out}, an error to {@code err} as one line.
   *
   * @return the options, or the exit code
   */
  public static Outcome parse(String[] args, PrintWriter out, PrintWriter err) {
    ServerOptions options = new ServerOptions();
    CommandLine commandLine = new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
    try {
      Optional<Path> file = configFile(args);
      if (file.isPresent()) {
        commandLine.setDefaultValueProvider(
            new PropertiesDefaultProvider(read(commandLine, file.get())));
      }
      commandLine.parseArgs(args);
      if (commandLine.isUsageHelpRequested()) {
        commandLine.usage(out);
        out.flush();
        return new Outcome(null, 0);
      }
      options.validate();
      return new Outcome(options, 0);
    } catch (ParameterException e) {
      err.println("millrace-model-server: " + e.getMessage() + "; --help explains the options");
      err.flush();
      return new Outcome(null, WRONG_OPTIONS);
    }
  }

  private static Optional<Path> configFile(String[] args) {
    Path file = null;
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(CONFIG + "=")) {
        file = Path.of(args[i].substring(CONFIG.length() + 1));
      } else if (args[i].equals(CONFIG) && i + 1 < args.length) {
        file = Path.of(args[i + 1]);
      }
    }
    return Optional.ofNullable(file);
  }

  private static Properties read(CommandLine commandLine, Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(commandLine, CONFIG + " " + file + " cannot be read: " + e);
    }
    Set<String> known = new TreeSet<>();
    commandLine
        .getCommandSpec()
        .options()
        .forEach(option -> known.add(option.longestName().substring(2)));
    for (String key : properties.stringPropertyNames()) {
      if (!known.contains(key)) {
        throw new ParameterException(
            commandLine, CONFIG + " " + file + ": unknown key '" + key + "'; there are " + known);
      }
    }
    return properties;
  }
}
