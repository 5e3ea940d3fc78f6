package io.millrace.flink.config;

import io.millrace.flink.features.InputRules;
import io.millrace.flink.features.RerankPolicy;
import io.millrace.flink.functions.RerankSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** For whom a language model looks lists over, how that is asked, and what it counts. */
public final class RerankOptions {
  /** Of users. */
  public static final ConfigOption<Double> SHARE =
      ConfigOptions.key("millrace.rerank.share")
          .doubleType()
          .defaultValue(0.0)
          .withDescription(
              "Share of users, 0 to 1, whose lists the rerank job looks over and whose next lists use"
                  + " what it found. Which users is decided by their ids. 0: none; what was found"
                  + " before is not used either.");

  /** Which users. */
  public static final ConfigOption<Integer> SEED =
      ConfigOptions.key("millrace.rerank.seed")
          .intType()
          .defaultValue(1)
          .withDescription("Another number chooses other users for the share.");

  /** Of lists. */
  public static final ConfigOption<List<String>> SURFACES =
      ConfigOptions.key("millrace.rerank.surfaces")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Surfaces whose lists this is done for. Empty: all, those that events cause included,"
                  + " which have no surface.");

  /** Of a user. */
  public static final ConfigOption<Integer> MIN_EVENTS =
      ConfigOptions.key("millrace.rerank.min-events")
          .intType()
          .defaultValue(5)
          .withDescription(
              "Events of a user, at least, before a list is looked over: there has to be something"
                  + " to go by. At least 1.");

  /** Between two. */
  public static final ConfigOption<Duration> INTERVAL =
      ConfigOptions.key("millrace.rerank.interval")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time (seconds), at least, between two lists of one user that are looked over, by the"
                  + " times of the user's own events.");

  /** Of a list. */
  public static final ConfigOption<Integer> CANDIDATES =
      ConfigOptions.key("millrace.rerank.candidates")
          .intType()
          .defaultValue(50)
          .withDescription(
              "Items that the model server is asked for, at least, where this is done, and of which"
                  + " the best are looked over; 2 to "
                  + InputRules.MAX_RERANKED
                  + ".");

  /** Of the language model's word. */
  public static final ConfigOption<Double> WEIGHT =
      ConfigOptions.key("millrace.rerank.weight")
          .doubleType()
          .defaultValue(0.3)
          .withDescription(
              "What the language model's scores count, 0 to 10, where those of the model server count"
                  + " 1; both are standardised within a list. 0: lists are looked over and stay as"
                  + " they are.");

  /** Of what was found. */
  public static final ConfigOption<Duration> MAX_AGE =
      ConfigOptions.key("millrace.rerank.max-age")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Time (minutes) for which what was found is used, from the newest event of the list it"
                  + " is about, by the times of the user's own events.");

  /** Whose offsets. */
  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("millrace.rerank.group-id")
          .stringType()
          .defaultValue("millrace-rerank")
          .withDescription("Consumer group of the rerank job.");

  /** Again. */
  public static final ConfigOption<Duration> OFFER_AGAIN =
      ConfigOptions.key("millrace.rerank.offer-again")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time (seconds) after which a question without an answer is offered again: the gateway"
                  + " forgets those that failed, or that it had no room for.");

  /** At most. */
  public static final ConfigOption<Duration> PATIENCE =
      ConfigOptions.key("millrace.rerank.patience")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "Time (minutes) after which a list that left is not looked over any more, longer than"
                  + " offer-again.");

  private RerankOptions() {}

  static RerankSettings settings(Configuration configuration, String model) {
    OptionReader options = new OptionReader(configuration);
    Duration again = options.atLeast(OFFER_AGAIN, Duration.ofMillis(100));
    return new RerankSettings(
        model,
        again,
        options.atLeast(PATIENCE, again),
        options.atLeast(RecommendOptions.ERASURE_RETENTION, Duration.ofSeconds(1)));
  }

  /** What the recommendation job does of it. */
  static RerankPolicy policy(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    Set<String> surfaces = options.set(SURFACES);
    return new RerankPolicy(
        options.between(SHARE, 0, 1),
        options.get(SEED),
        surfaces,
        options.atLeast(MIN_EVENTS, 1),
        options.atLeast(INTERVAL, Duration.ZERO).toMillis(),
        options.between(CANDIDATES, 2, InputRules.MAX_RERANKED),
        (float) options.between(WEIGHT, 0, 10),
        options.atLeast(MAX_AGE, Duration.ZERO).toMillis());
  }
}
