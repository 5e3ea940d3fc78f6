package io.millrace.flink.config;

import io.millrace.flink.functions.LastMileSettings;
import io.millrace.flink.lastmile.PastList;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** What happens to lists after the model: rules, diversity, and what is kept of how they came. */
public final class LastMileOptions {
  /** To have a choice. */
  public static final ConfigOption<Integer> CANDIDATES =
      ConfigOptions.key("millrace.last-mile.candidates")
          .intType()
          .defaultValue(50)
          .withDescription(
              "Items asked for, at least, while a rule is in force for a list or the catalogue has"
                  + " items that are not available; else a list's own number. More leave rules more"
                  + " to choose from.");

  /** Of MMR. */
  public static final ConfigOption<Double> DIVERSITY =
      ConfigOptions.key("millrace.last-mile.diversity")
          .doubleType()
          .defaultValue(0.0)
          .withDescription(
              "How much the model server makes the items of a list differ, 0 to 1. 0: only their"
                  + " scores count.");

  /** To the model. */
  public static final ConfigOption<Integer> POPULAR_SENT =
      ConfigOptions.key("millrace.inference.popular-sent")
          .intType()
          .defaultValue(50)
          .withDescription(
              "Items that are popular now, with their counts, sent with every call for the model's"
                  + " sources and ranker; at most "
                  + LastMileSettings.MOST_POPULAR
                  + ". 0: none.");

  /** Of recommendation-inputs. */
  public static final ConfigOption<Double> INPUTS_SHARE =
      ConfigOptions.key("millrace.last-mile.inputs-share")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "Share of lists, 0 to 1, that are written to recommendation-inputs with everything"
                  + " they were made from, rules up to "
                  + PastList.MOST_RULES
                  + " included. Which lists is decided by their ids, so a replay agrees.");

  /** Bound of memory. */
  public static final ConfigOption<Integer> MAX_RULES =
      ConfigOptions.key("millrace.last-mile.max-rules")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "Rules of everybody that are kept; further ones are logged, counted and not used."
                  + " Every one that is in force is looked at for every list.");

  /** Bound of state. */
  public static final ConfigOption<Integer> MAX_RULES_PER_USER =
      ConfigOptions.key("millrace.last-mile.max-rules-per-user")
          .intType()
          .defaultValue(50)
          .withDescription("Rules of one user that are kept; further ones are counted, not used.");

  /** Bound of memory. */
  public static final ConfigOption<Integer> MAX_ITEMS =
      ConfigOptions.key("millrace.last-mile.max-items")
          .intType()
          .defaultValue(1_000_000)
          .withDescription(
              "Items of the catalogue that every parallel instance keeps in memory, removed ones"
                  + " included; further ones are counted, and no rule knows what they are.");

  private LastMileOptions() {}

  static LastMileSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    return new LastMileSettings(
        options.text(ModelServerOptions.MODEL),
        options.atLeast(CANDIDATES, 1),
        (float) options.between(DIVERSITY, 0, 1),
        options.between(POPULAR_SENT, 0, LastMileSettings.MOST_POPULAR),
        options.between(INPUTS_SHARE, 0, 1),
        options.atLeast(MAX_RULES, 0),
        options.atLeast(MAX_RULES_PER_USER, 0),
        options.atLeast(MAX_ITEMS, 0),
        RerankOptions.policy(configuration));
  }
}
