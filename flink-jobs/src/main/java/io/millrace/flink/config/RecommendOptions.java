package io.millrace.flink.config;

import io.millrace.flink.functions.RecommendSettings;
import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** What is kept of a user, and how a list is asked for. */
public final class RecommendOptions {
  /** Length of a list. */
  public static final ConfigOption<Integer> ITEMS =
      ConfigOptions.key("millrace.recommend.items")
          .intType()
          .defaultValue(10)
          .withDescription("Items in a list, when a request does not say.");

  /** Of a call. */
  public static final ConfigOption<Duration> DEADLINE =
      ConfigOptions.key("millrace.recommend.deadline")
          .durationType()
          .defaultValue(Duration.ofMillis(250))
          .withDescription(
              "Time (milliseconds) for one call to the model server, and from a request's Kafka"
                  + " timestamp to its answer when the request does not say. After it the list"
                  + " comes from a lower rung.");

  /** Of requests that name an event. */
  public static final ConfigOption<Duration> MAX_REQUEST_WAIT =
      ConfigOptions.key("millrace.recommend.max-request-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "Longest time (seconds) that a request waits for the event it names, and its list for"
                  + " the model server, whatever its own deadline.");

  /** Over all users. */
  public static final ConfigOption<Integer> MAX_IN_FLIGHT =
      ConfigOptions.key("millrace.recommend.max-in-flight")
          .intType()
          .defaultValue(128)
          .withDescription(
              "Calls in flight per parallel instance, at most; fewer while answers take more than"
                  + " half the deadline on average. When all are used the instance stops reading"
                  + " until one is answered.");

  /** Of one user. */
  public static final ConfigOption<Integer> MAX_IN_FLIGHT_PER_USER =
      ConfigOptions.key("millrace.recommend.max-in-flight-per-user")
          .intType()
          .defaultValue(64)
          .withDescription(
              "Calls of one user in flight, to share a request when many events of one user come at"
                  + " once; their lists leave in the order of their triggers whatever the order of"
                  + " the answers.");

  /** Of one user, waiting included. */
  public static final ConfigOption<Integer> MAX_PENDING_PER_USER =
      ConfigOptions.key("millrace.recommend.max-pending-per-user")
          .intType()
          .defaultValue(64)
          .withDescription(
              "Triggers of one user that are in flight or wait; when reached the instance stops"
                  + " reading until one is answered.");

  /** Of a call. */
  public static final ConfigOption<Integer> MAX_HISTORY =
      ConfigOptions.key("millrace.recommend.max-history")
          .intType()
          .defaultValue(100)
          .withDescription("Newest events of a user that a call takes.");

  /** In state. */
  public static final ConfigOption<Integer> RETAINED_EVENTS =
      ConfigOptions.key("millrace.recommend.retained-events")
          .intType()
          .defaultValue(200)
          .withDescription(
              "Newest events of a user kept in state; duplicates are recognised among these. At"
                  + " least max-history + max-pending-per-user.");

  /** Of late events. */
  public static final ConfigOption<Duration> LATENESS_BOUND =
      ConfigOptions.key("millrace.recommend.lateness-bound")
          .durationType()
          .defaultValue(Duration.ofDays(7))
          .withDescription(
              "An event older than the user's newest by more than this (days) is counted as late"
                  + " and stays out of the sequence.");

  /** After an erasure. */
  public static final ConfigOption<Duration> ERASURE_RETENTION =
      ConfigOptions.key("millrace.recommend.erasure-retention")
          .durationType()
          .defaultValue(Duration.ofDays(8))
          .withDescription(
              "How long (days) an erased user's key and time are kept to refuse late events; longer"
                  + " than any input topic keeps records.");

  /** What counts as seen. */
  public static final ConfigOption<List<InteractionType>> SEEN_TYPES =
      ConfigOptions.key("millrace.seen.types")
          .enumType(InteractionType.class)
          .asList()
          .defaultValues(
              InteractionType.VIEW,
              InteractionType.CLICK,
              InteractionType.LIKE,
              InteractionType.DISLIKE,
              InteractionType.RATE,
              InteractionType.PURCHASE,
              InteractionType.SKIP)
          .withDescription(
              "Event types after which an item is not recommended to the user again. Leave out"
                  + " PURCHASE and VIEW where people buy again.");

  /** How many. */
  public static final ConfigOption<Integer> SEEN_MAX_ITEMS =
      ConfigOptions.key("millrace.seen.max-items")
          .intType()
          .defaultValue(5000)
          .withDescription("Seen items kept per user; the oldest are forgotten first.");

  private RecommendOptions() {}

  static RecommendSettings settings(Configuration configuration) {
    OptionReader options = new OptionReader(configuration);
    int perUser = options.atLeast(MAX_IN_FLIGHT_PER_USER, 1);
    int pending = options.atLeast(MAX_PENDING_PER_USER, perUser);
    int history = options.atLeast(MAX_HISTORY, 1);
    return new RecommendSettings(
        history,
        options.atLeast(RETAINED_EVENTS, history + pending),
        options.atLeast(LATENESS_BOUND, Duration.ZERO),
        options.set(SEEN_TYPES),
        options.atLeast(SEEN_MAX_ITEMS, 1),
        options.set(TriggerOptions.TYPES),
        options.atLeast(TriggerOptions.INTERVAL, Duration.ZERO),
        options.atLeast(TriggerOptions.BACKFILL_AGE, Duration.ZERO),
        options.atLeast(ITEMS, 1),
        options.atLeast(DEADLINE, Duration.ofMillis(1)),
        options.atLeast(MAX_REQUEST_WAIT, Duration.ofMillis(1)),
        options.atLeast(MAX_IN_FLIGHT, 1),
        perUser,
        pending,
        options.atLeast(ERASURE_RETENTION, Duration.ofMillis(1)));
  }
}
