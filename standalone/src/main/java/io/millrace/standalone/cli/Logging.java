package io.millrace.standalone.cli;

import java.nio.file.Path;

/** Where this process logs; to be decided before the first logger is made. */
final class Logging {
  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String FOLDER = "/io/millrace/standalone/";

  private Logging() {}

  /** Errors only, to the console: for short commands. */
  static void toConsole() {
    configure("log-client.xml");
  }

  /** Everything, to bounded files in a folder. */
  static void toFolder(Path folder) {
    System.setProperty("millrace.log.dir", folder.toString());
    configure("log-platform.xml");
  }

  private static void configure(String name) {
    System.setProperty(CONFIGURATION, "classpath:" + FOLDER.substring(1) + name);
  }
}
