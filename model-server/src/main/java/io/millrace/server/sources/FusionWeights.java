package io.millrace.server.sources;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.inference.ModelLoadException;

/**
 * How much the sources count beside the retriever, whose own weight is 1; chosen by training on its
 * validation events.
 *
 * @param candidates items that each source brings at most
 * @param coldBelow users with fewer events than this are cold
 * @param cold weights for them
 * @param warm weights for all others
 */
public record FusionWeights(int candidates, int coldBelow, Weights cold, Weights warm) {
  /** Nothing is fused. */
  public static final FusionWeights NONE = new FusionWeights(0, 0, Weights.OFF, Weights.OFF);

  private static final int MOST_CANDIDATES = 1000;

  /**
   * Weights of standardised scores, at least 0; 0 turns a source off.
   *
   * @param keywords of the score by keywords
   * @param profile of the cosine with the profile's vector
   */
  public record Weights(float keywords, float profile) {
    /** No source is on. */
    public static final Weights OFF = new Weights(0, 0);
  }

  /** The weights for a user with so many events in the history. */
  public Weights of(int events) {
    return events < coldBelow ? cold : warm;
  }

  /** Whether keywords count for anyone. */
  public boolean useKeywords() {
    return cold.keywords > 0 || warm.keywords > 0;
  }

  /** Whether the cosine with item vectors counts for anyone. */
  public boolean useProfile() {
    return cold.profile > 0 || warm.profile > 0;
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
    JsonNode coldBelow = json.path("cold_below");
    if (!coldBelow.isInt() || coldBelow.intValue() < 0) {
      throw new ModelLoadException(
          file + ": fusion.cold_below is " + coldBelow + ", must be an integer of at least 0");
    }
    return new FusionWeights(
        candidates.intValue(),
        coldBelow.intValue(),
        weights(file, "cold", json.path("cold")),
        weights(file, "warm", json.path("warm")));
  }

  private static Weights weights(String file, String key, JsonNode json) {
    return new Weights(
        weight(file, key + ".keywords", json.path("keywords")),
        weight(file, key + ".profile", json.path("profile")));
  }

  private static float weight(String file, String key, JsonNode json) {
    float weight = json.isNumber() ? json.floatValue() : Float.NaN;
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new ModelLoadException(
          file + ": fusion." + key + " is " + json + ", must be a number of at least 0");
    }
    return weight;
  }
}
