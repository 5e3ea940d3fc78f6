package io.millrace.flink.config;

import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Which events are admitted, and which cause a list. */
public final class TriggerOptions {
  /** Event types that do. */
  public static final ConfigOption<List<InteractionType>> TYPES =
      ConfigOptions.key("millrace.trigger.types")
          .enumType(InteractionType.class)
          .asList()
          .defaultValues(
              InteractionType.VIEW,
              InteractionType.CLICK,
              InteractionType.LIKE,
              InteractionType.DISLIKE,
              InteractionType.RATE,
              InteractionType.PURCHASE,
              InteractionType.SKIP,
              InteractionType.PREFERENCE_STATEMENT)
          .withDescription(
              "Event types that cause a list. The others only update state. Requests always cause"
                  + " one.");

  /** How often. */
  public static final ConfigOption<Duration> INTERVAL =
      ConfigOptions.key("millrace.trigger.interval")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "At most one list per user in this time (milliseconds): the first event of a burst"
                  + " has its list at once, one trailing list covers the rest. 0: a list for every"
                  + " triggering event.");

  /** From when on not. */
  public static final ConfigOption<Duration> BACKFILL_AGE =
      ConfigOptions.key("millrace.trigger.backfill-age")
          .durationType()
          .defaultValue(Duration.ofHours(1))
          .withDescription(
              "Events whose Kafka timestamp is older than this (minutes) when they are read update"
                  + " state and cause no list.");

  /** Of clocks. */
  public static final ConfigOption<Duration> MAX_FUTURE =
      ConfigOptions.key("millrace.trigger.max-future")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "Events whose own time is later than their Kafka timestamp by more than this"
                  + " (minutes) go to dead-letters.");

  private TriggerOptions() {}
}
