package io.millrace.flink.config;

import io.millrace.flink.functions.PopularSettings;
import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** How popular-now is counted. */
public final class PopularOptions {
  /** What counts. */
  public static final ConfigOption<List<InteractionType>> TYPES =
      ConfigOptions.key("millrace.popular.types")
          .enumType(InteractionType.class)
          .asList()
          .defaultValues(
              InteractionType.VIEW,
              InteractionType.CLICK,
              InteractionType.LIKE,
              InteractionType.RATE,
              InteractionType.PURCHASE)
          .withDescription("Event types that make an item popular.");

  /** Of the decay. */
  public static final ConfigOption<Duration> HALF_LIFE =
      ConfigOptions.key("millrace.popular.half-life")
          .durationType()
          .defaultValue(Duration.ofDays(7))
          .withDescription(
              "An event that is this much older (hours, days), by its own time, counts half.");

  /** Length of the list. */
  public static final ConfigOption<Integer> SIZE =
      ConfigOptions.key("millrace.popular.size")
          .intType()
          .defaultValue(1000)
          .withDescription(
              "Items in the popular list. A user who has seen all of them gets shorter lists from"
                  + " the lowest rung.");

  /** How often. */
  public static final ConfigOption<Duration> PERIOD =
      ConfigOptions.key("millrace.popular.period")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "How often (milliseconds) counts move on towards the list, while anything is new.");

  /** Bound of memory. */
  public static final ConfigOption<Integer> MAX_ITEMS_PER_TASK =
      ConfigOptions.key("millrace.popular.max-items-per-task")
          .intType()
          .defaultValue(200_000)
          .withDescription(
              "Items counted per parallel instance; the least popular are forgotten first.");

  /** Before anything happened. */
  public static final ConfigOption<String> INITIAL_FILE =
      ConfigOptions.key("millrace.popular.initial-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A file with lines of item id, tab, count, read when the job is submitted: the"
                  + " popular list until the first one is counted. A model's version folder has one"
                  + " as popular.tsv. Not set: empty.");

  private PopularOptions() {}

  static PopularSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    int size = options.atLeast(SIZE, 1);
    return new PopularSettings(
        options.set(TYPES),
        options.atLeast(HALF_LIFE, Duration.ofMillis(1)),
        size,
        options.atLeast(PERIOD, Duration.ofMillis(1)),
        options.atLeast(MAX_ITEMS_PER_TASK, size));
  }
}
