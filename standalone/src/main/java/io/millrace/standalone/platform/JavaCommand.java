package io.millrace.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command that runs a Java program, its arguments in a file.
 *
 * <p>A class path of a hundred jars makes a command line of more than ten thousand characters. ONNX
 * Runtime 1.29 matches its process's command line against a pattern when it is loaded, recursively,
 * and overflows the stack at less than half of that; with a file the command line stays short.
 */
final class JavaCommand {
  /**
   * A terminal sends Ctrl-C to parent and children alike. Children leave it to the parent, which
   * stops them in order; Java keeps a signal ignored that is ignored when it starts.
   */
  private static final String DEAF_TO_INTERRUPT = "trap '' INT; exec \"$0\" \"$@\"";

  private JavaCommand() {}

  /**
   * Writes the file and returns the command.
   *
   * @param file where the arguments go; replaced
   * @param arguments JVM options, main class, program arguments
   */
  static List<String> write(Path file, List<String> arguments) {
    try {
      Files.write(
          file, Stream.concat(nativeAccess(), arguments.stream()).map(JavaCommand::quote).toList());
    } catch (IOException e) {
      throw new PlatformException("cannot write " + file + ": " + FileProblem.reason(e), e);
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of("/bin/sh", "-c", DEAF_TO_INTERRUPT, java, "@" + file);
  }

  /** Later versions warn about every library that loads native code, and mean to refuse. */
  private static Stream<String> nativeAccess() {
    return Runtime.version().feature() < 22
        ? Stream.empty()
        : Stream.of("--enable-native-access=ALL-UNNAMED");
  }

  static String quote(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
