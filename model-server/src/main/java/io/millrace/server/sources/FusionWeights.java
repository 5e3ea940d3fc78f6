package io.millrace.server.sources;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.inference.ModelLoadException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the sources count beside the one that a list is based on, whose own weight is 1; chosen
 * by training on its validation events.
 *
 * @param candidates items that each source brings at most
 * @param steps by how many events the history has; empty, or the first one from 0 events on, then
 *     ascending
 */
public record FusionWeights(int candidates, List<Weights> steps) {
  /** Nothing is fused. */
  public static final FusionWeights NONE = new FusionWeights(0, List.of());

  private static final Weights OFF = new Weights(0, 0, 0, Source.RETRIEVER);
  private static final int MOST_CANDIDATES = 1000;

  /** What lists may be based on. */
  private static final List<Source> BASES =
      List.of(Source.RETRIEVER, Source.POPULAR, Source.LIKE_MINDED);

  /** Copies the list. */
  public FusionWeights {
    steps = List.copyOf(steps);
  }

  /**
   * Weights of standardised scores, at least 0; 0 turns a source off.
   *
   * @param fromEvents they hold for histories of so many events and more
   * @param keywords of the score by keywords
   * @param profile of the cosine with the profile's vector
   * @param base the retriever, what is popular, or what those like who say the same: a retriever
   *     that learned what follows events may know less of somebody without any
   */
  public record Weights(int fromEvents, float keywords, float profile, Source base) {}

  /** The weights for a history of so many events. */
  public Weights of(int events) {
    Weights found = OFF;
    for (int i = 0; i < steps.size() && steps.get(i).fromEvents <= events; i++) {
      found = steps.get(i);
    }
    return found;
  }

  /** Whether keywords count for anyone. */
  public boolean useKeywords() {
    return steps.stream().anyMatch(step -> step.keywords > 0);
  }

  /** Whether the cosine with item vectors counts for anyone. */
  public boolean useProfile() {
    return steps.stream().anyMatch(step -> step.profile > 0);
  }

  /** Whether some lists are based on this source. */
  public boolean isBase(Source source) {
    return steps.stream().anyMatch(step -> step.base == source);
  }

  /**
   * Reads what a manifest says.
   *
   * @param file named in failures
   * @param json an object; missing: {@link #NONE}
   * @throws ModelLoadException naming the key, its value and what it may be
   */
  public static FusionWeights read(String file, JsonNode json) {
    if (json.isMissingNode()) {
      return NONE;
    }
    JsonNode candidates = json.path("candidates");
    if (!candidates.isInt()
        || candidates.intValue() < 1
        || candidates.intValue() > MOST_CANDIDATES) {
      throw new ModelLoadException(
          String.format(
              "%s: fusion.candidates is %s, must be an integer from 1 to %d",
              file, candidates, MOST_CANDIDATES));
    }
    List<Weights> steps = new ArrayList<>();
    for (JsonNode step : json.path("steps")) {
      String key = "fusion.steps[" + steps.size() + "].";
      JsonNode from = step.path("from_events");
      int least = steps.isEmpty() ? 0 : steps.get(steps.size() - 1).fromEvents + 1;
      if (!from.isInt() || from.intValue() < least || (steps.isEmpty() && from.intValue() != 0)) {
        throw new ModelLoadException(
            String.format(
                "%s: %sfrom_events is %s, must be %s",
                file, key, from, steps.isEmpty() ? "0" : "an integer of at least " + least));
      }
      steps.add(
          new Weights(
              from.intValue(),
              weight(file, key + "keywords", step.path("keywords")),
              weight(file, key + "profile", step.path("profile")),
              base(file, key + "base", step.path("base"))));
    }
    if (steps.isEmpty()) {
      throw new ModelLoadException(file + ": fusion.steps is empty, must have one from 0 events");
    }
    return new FusionWeights(candidates.intValue(), steps);
  }

  private static Source base(String file, String key, JsonNode json) {
    String name = json.asText(Source.RETRIEVER.label());
    for (Source source : BASES) {
      if (source.label().equals(name)) {
        return source;
      }
    }
    throw new ModelLoadException(
        String.format(
            "%s: %s is %s, must be one of %s",
            file, key, json, BASES.stream().map(Source::label).toList()));
  }

  private static float weight(String file, String key, JsonNode json) {
    float weight = json.isNumber() ? json.floatValue() : Float.NaN;
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new ModelLoadException(
          file + ": " + key + " is " + json + ", must be a number of at least 0");
    }
    return weight;
  }
}
