package io.millrace.flink.functions;

import io.millrace.flink.features.RerankPolicy;
import java.io.Serializable;

/**
 * What happens to lists after the model. Immutable and checked on construction.
 *
 * @param model name of the model that is asked, for the record of a list's inputs
 * @param candidates items asked for, at least, while rules are in force or items are not available;
 *     at least 1
 * @param diversity strength of the model server's diversity, 0 to 1; 0: off
 * @param popularSent items that are popular now and sent with a call, at most; 0: none
 * @param inputsShare share of lists, 0 to 1, whose inputs are written
 * @param maxRules rules of everybody that are kept; further ones are counted and not used
 * @param maxRulesPerUser rules of one user that are kept; further ones are counted and not used
 * @param maxItems items of the catalogue that are kept; of further ones nothing is known
 * @param rerank for whom a language model looks lists over, and what it counts
 */
public record LastMileSettings(
    String model,
    int candidates,
    float diversity,
    int popularSent,
    double inputsShare,
    int maxRules,
    int maxRulesPerUser,
    int maxItems,
    RerankPolicy rerank)
    implements Serializable {
  /** Items of popular-now that the model server takes at most. */
  public static final int MOST_POPULAR = 256;

  /** Checks every value; messages name the setting, its value and the fix. */
  public LastMileSettings {
    between("candidates", candidates, 1, Integer.MAX_VALUE);
    between("diversity", diversity, 0, 1);
    between("popularSent", popularSent, 0, MOST_POPULAR);
    between("inputsShare", inputsShare, 0, 1);
    between("maxRules", maxRules, 0, Integer.MAX_VALUE);
    between("maxRulesPerUser", maxRulesPerUser, 0, Integer.MAX_VALUE);
    between("maxItems", maxItems, 0, Integer.MAX_VALUE);
  }

  private static void between(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + " is " + value + ": it must be " + least + " to " + most);
    }
  }
}
