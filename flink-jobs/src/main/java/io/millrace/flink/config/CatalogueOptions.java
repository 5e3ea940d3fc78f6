package io.millrace.flink.config;

import io.millrace.flink.functions.CatalogueSettings;
import io.millrace.flink.profiles.ItemPrompt.Family;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** What a language model is asked about items. */
public final class CatalogueOptions {
  /** Whose offsets. */
  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("millrace.catalogue.group-id")
          .stringType()
          .defaultValue("millrace-catalogue")
          .withDescription("Consumer group of the catalogue job.");

  /** Which questions. */
  public static final ConfigOption<List<Family>> FAMILIES =
      ConfigOptions.key("millrace.catalogue.families")
          .enumType(Family.class)
          .asList()
          .defaultValues(Family.BASIC, Family.RECOMMENDATION_DRIVEN)
          .withDescription(
              "Prompts that each item is asked about with, one question each, in the order of the"
                  + " journal's numbers: BASIC says in other words what it is, RECOMMENDATION_DRIVEN"
                  + " what it is like, and for whom. Another order asks again.");

  /** Again. */
  public static final ConfigOption<Duration> OFFER_AGAIN =
      ConfigOptions.key("millrace.catalogue.offer-again")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "Time (seconds) after which a question without an answer is offered again: the gateway"
                  + " forgets those that failed, or that it had no room for.");

  /** Vectors. */
  public static final ConfigOption<Integer> MAX_ENCODING =
      ConfigOptions.key("millrace.catalogue.max-encoding")
          .intType()
          .defaultValue(16)
          .withDescription(
              "Items that are turned into vectors at the same time, in each instance.");

  /** Of a vector. */
  public static final ConfigOption<Duration> ENCODING_TIMEOUT =
      ConfigOptions.key("millrace.catalogue.encoding-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription("Time (seconds) after which an item goes without its vector.");

  private CatalogueOptions() {}

  static CatalogueSettings settings(Configuration configuration, String model) {
    OptionReader options = new OptionReader(configuration);
    List<Family> families = options.get(FAMILIES);
    try {
      return new CatalogueSettings(
          families,
          model,
          options.atLeast(OFFER_AGAIN, Duration.ofMillis(100)),
          options.atLeast(MAX_ENCODING, 1),
          options.atLeast(ENCODING_TIMEOUT, Duration.ofMillis(100)));
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(
          FAMILIES.key(), families, "cannot be asked", String.valueOf(e.getMessage()));
    }
  }
}
