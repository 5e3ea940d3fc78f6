package io.millrace.flink.config;

import io.millrace.flink.functions.ProfileSettings;
import io.millrace.flink.profiles.GroundingRules;
import io.millrace.flink.profiles.ProfilePrompts;
import io.millrace.flink.profiles.PromptSettings;
import io.millrace.flink.profiles.evidence.RefreshPolicy;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** When profiles are written, from what, and what is believed of the answers. */
public final class ProfileOptions {
  /** Whose offsets. */
  public static final ConfigOption<String> GROUP_ID =
      ConfigOptions.key("millrace.profile.group-id")
          .stringType()
          .defaultValue("millrace-profiles")
          .withDescription(
              "Consumer group of the profile job; it reads the same topics as the recommendation"
                  + " job, which has its own.");

  /** How to ask. */
  public static final ConfigOption<String> PROMPT =
      ConfigOptions.key("millrace.profile.prompt")
          .stringType()
          .defaultValue("keywords")
          .withDescription("The prompt that profiles are written with; see docs/profiles.md.");

  /** Before the first. */
  public static final ConfigOption<Integer> MIN_EVENTS =
      ConfigOptions.key("millrace.profile.min-events")
          .intType()
          .defaultValue(5)
          .withDescription("New events of a user before a profile is written, or written again.");

  /** Between two. */
  public static final ConfigOption<Double> REFRESH_SHARE =
      ConfigOptions.key("millrace.profile.refresh-share")
          .doubleType()
          .defaultValue(0.5)
          .withDescription(
              "A profile is written again when new events are this part of all of the user's, above"
                  + " 0 to 1, and earlier the more their items differ from those before: 0.5 with"
                  + " unchanged tastes is at 5, 10, 20, 40 events.");

  /** Window. */
  public static final ConfigOption<Integer> EVENTS =
      ConfigOptions.key("millrace.profile.events")
          .intType()
          .defaultValue(200)
          .withDescription(
              "Newest events of a user that are kept, some 100 bytes each, and that claims are checked"
                  + " against: with fewer, fewer claims hold (docs/profiles.md).");

  /** Of statements. */
  public static final ConfigOption<Integer> STATEMENT_WORTH =
      ConfigOptions.key("millrace.profile.statement-worth")
          .intType()
          .defaultValue(5)
          .withDescription(
              "Events that a preference statement counts as when a refresh is decided; with the"
                  + " default one is enough for a first profile.");

  /** In a prompt. */
  public static final ConfigOption<Integer> PROMPT_EVENTS =
      ConfigOptions.key("millrace.profile.prompt-events")
          .intType()
          .defaultValue(PromptSettings.defaults().maxEvents())
          .withDescription("New events in one question at most, the newest; 1 to 200.");

  /** In an answer. */
  public static final ConfigOption<Integer> PROMPT_CLAIMS =
      ConfigOptions.key("millrace.profile.prompt-claims")
          .intType()
          .defaultValue(PromptSettings.defaults().maxClaims())
          .withDescription("Claims in one answer at most; 1 to 20.");

  /** Freedom. */
  public static final ConfigOption<PromptSettings.ClaimTexts> CLAIM_TEXTS =
      ConfigOptions.key("millrace.profile.claim-texts")
          .enumType(PromptSettings.ClaimTexts.class)
          .defaultValue(PromptSettings.defaults().claimTexts())
          .withDescription(
              "CLOSED: a claim names one of the things that the shown events have in common, which"
                  + " suits small models. FREE: a few words of the model's own.");

  /** For factors. */
  public static final ConfigOption<List<String>> ASPECTS =
      ConfigOptions.key("millrace.profile.aspects")
          .stringType()
          .asList()
          .defaultValues(PromptSettings.defaults().aspects().toArray(new String[0]))
          .withDescription("What the prompt 'factors' asks about, one question each.");

  /** Of an answer. */
  public static final ConfigOption<Integer> MAX_TOKENS =
      ConfigOptions.key("millrace.profile.max-tokens")
          .intType()
          .defaultValue(PromptSettings.defaults().maxTokens())
          .withDescription("Tokens of one answer at most.");

  /** Of stars. */
  public static final ConfigOption<Double> RATING_SCALE =
      ConfigOptions.key("millrace.profile.rating-scale")
          .doubleType()
          .defaultValue(5.0)
          .withDescription(
              "The best rating that there is, in stars; from 80 % of it on a rating speaks for an"
                  + " item.");

  /** Again. */
  public static final ConfigOption<Duration> OFFER_AGAIN =
      ConfigOptions.key("millrace.profile.offer-again")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Time (seconds) after which a question without an answer is offered again: the gateway"
                  + " forgets those that failed, or that it had no room for.");

  /** Vectors. */
  public static final ConfigOption<Integer> MAX_ENCODING =
      ConfigOptions.key("millrace.profile.max-encoding")
          .intType()
          .defaultValue(16)
          .withDescription(
              "Profiles that are turned into vectors at the same time, in each instance.");

  private ProfileOptions() {}

  static ProfileSettings settings(Configuration configuration, String model) {
    OptionReader options = new OptionReader(configuration);
    double scale = options.get(RATING_SCALE);
    double share = options.get(REFRESH_SHARE);
    if (!(share > 0 && share <= 1)) {
      throw new InvalidOptionException(
          REFRESH_SHARE.key(), share, "is out of range", "it must be above 0 and at most 1");
    }
    if (!(scale > 0)) {
      throw new InvalidOptionException(
          RATING_SCALE.key(), scale, "is out of range", "it must be above 0");
    }
    PromptSettings prompts =
        new PromptSettings(
            scale,
            options.between(PROMPT_EVENTS, 1, 200),
            options.between(PROMPT_CLAIMS, 1, 20),
            options.get(CLAIM_TEXTS),
            options.get(ASPECTS),
            options.between(MAX_TOKENS, 1, 100_000));
    String prompt = options.text(PROMPT);
    try {
      ProfilePrompts.named(prompt, prompts);
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException(
          PROMPT.key(), prompt, "is unknown", String.valueOf(e.getMessage()));
    }
    return new ProfileSettings(
        new RefreshPolicy(
            options.atLeast(MIN_EVENTS, 1),
            share,
            options.between(EVENTS, 1, 1000),
            options.atLeast(STATEMENT_WORTH, 1)),
        prompt,
        prompts,
        GroundingRules.defaults(),
        model,
        options.atLeast(OFFER_AGAIN, Duration.ofMillis(100)),
        options.atLeast(MAX_ENCODING, 1),
        options.atLeast(RecommendOptions.ERASURE_RETENTION, Duration.ofSeconds(1)));
  }
}
