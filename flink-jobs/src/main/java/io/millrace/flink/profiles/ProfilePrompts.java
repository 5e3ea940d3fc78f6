package io.millrace.flink.profiles;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The prompts there are, by name. */
public enum ProfilePrompts {
  /** Keywords of what is liked, and of what is not, each with the events that show it. */
  KEYWORDS("keywords", settings -> new LikesAndDislikes("keywords/1", event -> true, settings)),

  /** What is liked, aspect by aspect: a question for each. */
  FACTORS("factors", FactorsPrompt::new),

  /** Likes and dislikes from preference statements alone, where there are any. */
  STATEMENTS(
      "statements",
      settings ->
          new LikesAndDislikes("statements/1", event -> event.statement() != null, settings));

  private final String prompt;
  private final Function<PromptSettings, ProfilePrompt> maker;

  ProfilePrompts(String prompt, Function<PromptSettings, ProfilePrompt> maker) {
    this.prompt = prompt;
    this.maker = maker;
  }

  /**
   * The newest version of a prompt.
   *
   * @param name as in options, {@code keywords}
   * @throws IllegalArgumentException if there is none of that name; the message names those there
   *     are
   */
  public static ProfilePrompt named(String name, PromptSettings settings) {
    for (ProfilePrompts known : values()) {
      if (known.prompt.equals(name)) {
        return known.maker.apply(settings);
      }
    }
    throw new IllegalArgumentException(
        "there is no prompt '"
            + name
            + "'; use one of "
            + Arrays.stream(values()).map(one -> one.prompt).collect(Collectors.joining(", ")));
  }
}
