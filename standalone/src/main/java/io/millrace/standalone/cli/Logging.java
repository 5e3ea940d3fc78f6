package io.millrace.standalone.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.logging.log4j.core.config.Configurator;

/** Where this process logs. */
final class Logging {
  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String FOLDER = "/io/millrace/standalone/";

  private Logging() {}

  /** Errors only, to the console: for short commands. To be called before any logger is made. */
  static void toConsole() {
    System.setProperty(CONFIGURATION, location("log-client.xml").toString());
  }

  /** Everything from now on, to bounded files in a folder. */
  static void toFolder(Path folder) {
    URI configuration = location("log-platform.xml");
    System.setProperty("millrace.log.dir", folder.toString());
    // For class loaders with loggers of their own, as Flink makes them.
    System.setProperty(CONFIGURATION, configuration.toString());
    Configurator.reconfigure(configuration);
  }

  private static URI location(String name) {
    URL url = Objects.requireNonNull(Logging.class.getResource(FOLDER + name), name);
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry that is no URI: " + url, e);
    }
  }
}
