package io.millrace.flink.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A job's arguments: {@code --config FILE.yaml}, {@code -Dkey=value}, {@code --key value} and
 * {@code --key=value}. What comes later wins; a file may be nested or flat, as Flink's own is.
 */
public final class CommandLine {
  private static final String CONFIG = "config";

  private CommandLine() {}

  /**
   * Reads the arguments.
   *
   * @throws InvalidOptionException if they cannot be understood, or the file cannot be read
   */
  public static Configuration parse(String... args) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      String rest;
      if (arg.startsWith("--")) {
        rest = arg.substring(2);
      } else if (arg.startsWith("-D")) {
        rest = arg.substring(2);
      } else {
        throw new InvalidOptionException(
            "argument '"
                + arg
                + "' is not an option; use --key value, -Dkey=value or --config FILE");
      }
      int equals = rest.indexOf('=');
      String key;
      String value;
      if (equals >= 0) {
        key = rest.substring(0, equals);
        value = rest.substring(equals + 1);
      } else if (arg.startsWith("--") && i + 1 < args.length) {
        key = rest;
        value = args[++i];
      } else {
        throw new InvalidOptionException(
            "argument '" + arg + "' has no value; use --key value or -Dkey=value");
      }
      if (key.equals(CONFIG)) {
        values.putAll(file(Path.of(value)));
      } else {
        values.put(key, value);
      }
    }
    return Configuration.fromMap(values);
  }

  private static Map<String, String> file(Path path) {
    Object root;
    try {
      String text = Files.readString(path);
      root =
          new Load(LoadSettings.builder().setLabel(path.toString()).build()).loadFromString(text);
    } catch (IOException e) {
      throw new InvalidOptionException(
          "--config " + path + " cannot be read (" + e + "); check the path and its permissions");
    } catch (YamlEngineException e) {
      throw new InvalidOptionException("--config " + path + " is not YAML: " + e.getMessage());
    }
    Map<String, String> flat = new LinkedHashMap<>();
    if (root instanceof Map<?, ?> map) {
      flatten("", map, flat);
    } else if (root != null) {
      throw new InvalidOptionException(
          "--config " + path + " holds no keys; write lines of 'key: value'");
    }
    return flat;
  }

  private static void flatten(String prefix, Map<?, ?> from, Map<String, String> into) {
    from.forEach(
        (name, value) -> {
          String key = prefix + name;
          if (value instanceof Map<?, ?> nested) {
            flatten(key + ".", nested, into);
          } else if (value instanceof List<?> list) {
            into.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(";")));
          } else if (value != null) {
            into.put(key, String.valueOf(value));
          }
        });
  }
}
