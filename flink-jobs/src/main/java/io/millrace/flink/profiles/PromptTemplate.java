package io.millrace.flink.profiles;

import io.millrace.flink.llm.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The messages of a prompt, from a file: {@code === system}, {@code === user} or {@code ===
 * assistant} begins a message, <code>{{name}}</code> is filled in. What is filled in is not looked
 * at again, so it can neither begin a message nor have anything filled in itself.
 */
final class PromptTemplate {
  private static final Pattern HEADING = Pattern.compile("(?m)^=== (system|user|assistant)\\n");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z_]+)}}");

  private final String name;
  private final List<ChatMessage> messages = new ArrayList<>();
  private final Set<String> placeholders = new TreeSet<>();

  private PromptTemplate(String name, String text) {
    this.name = name;
    Matcher heading = HEADING.matcher(text);
    if (!heading.find() || heading.start() != 0) {
      throw new IllegalArgumentException(name + " does not begin with '=== system' or '=== user'");
    }
    boolean more = true;
    while (more) {
      String role = heading.group(1).toUpperCase(Locale.ROOT);
      int from = heading.end();
      more = heading.find();
      String content = text.substring(from, more ? heading.start() : text.length()).strip();
      messages.add(new ChatMessage(ChatMessage.Role.valueOf(role), content));
      PLACEHOLDER.matcher(content).results().forEach(found -> placeholders.add(found.group(1)));
    }
  }

  /**
   * Reads a template.
   *
   * @param name its version, as {@code keywords/1}; the file is that with {@code .txt}, beside this
   *     class
   */
  static PromptTemplate load(String name) {
    String file = name + ".txt";
    try (InputStream in = PromptTemplate.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no template " + file);
      }
      return new PromptTemplate(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("template " + file + " cannot be read", e);
    }
  }

  /** From a text, for tests. */
  static PromptTemplate of(String name, String text) {
    return new PromptTemplate(name, text);
  }

  /**
   * The messages.
   *
   * @param values one for each placeholder, and no others
   * @throws IllegalArgumentException if one is missing or not in the template
   */
  List<ChatMessage> fill(Map<String, String> values) {
    if (!values.keySet().equals(placeholders)) {
      throw new IllegalArgumentException(
          name
              + " has the placeholders "
              + placeholders
              + ", but is filled with "
              + new TreeSet<>(values.keySet()));
    }
    return messages.stream()
        .map(message -> new ChatMessage(message.role(), filled(message.content(), values)))
        .toList();
  }

  private static String filled(String content, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(content)
        .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "")));
  }
}
