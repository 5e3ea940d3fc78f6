package io.millrace.flink.config;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/**
 * Options of one concern.
 *
 * @param title heading in the reference
 * @param holder the class that declares them
 * @param options in the order of the reference
 */
public record OptionGroup(String title, Class<?> holder, List<ConfigOption<?>> options) {

  /** Copies the list. */
  public OptionGroup {
    options = List.copyOf(options);
  }

  /** Every option of the jobs; a test fails when one that is declared is missing here. */
  public static List<OptionGroup> all() {
    return List.of(
        new OptionGroup(
            "Kafka",
            KafkaOptions.class,
            List.of(
                KafkaOptions.BOOTSTRAP_SERVERS,
                KafkaOptions.TOPIC_PREFIX,
                KafkaOptions.GROUP_ID,
                KafkaOptions.STARTING_OFFSETS,
                KafkaOptions.FETCH_MAX_WAIT,
                KafkaOptions.CREATE_TOPICS,
                KafkaOptions.REPLICATION_FACTOR)),
        new OptionGroup(
            "Schema registry",
            RegistryOptions.class,
            List.of(
                RegistryOptions.URL,
                RegistryOptions.REQUEST_TIMEOUT,
                RegistryOptions.PATIENCE,
                RegistryOptions.USER_INFO)),
        new OptionGroup(
            "Model server",
            ModelServerOptions.class,
            List.of(
                ModelServerOptions.TARGETS,
                ModelServerOptions.MODEL,
                ModelServerOptions.KEEP_ALIVE,
                ModelServerOptions.MAX_ANSWER_SIZE,
                ModelServerOptions.TLS,
                ModelServerOptions.TLS_CA,
                ModelServerOptions.TLS_CERTIFICATE,
                ModelServerOptions.TLS_KEY,
                ModelServerOptions.TOKEN_FILE,
                ModelServerOptions.MAX_REQUESTS,
                ModelServerOptions.MAX_LISTS,
                ModelServerOptions.HEDGE_AFTER,
                ModelServerOptions.BREAKER_FAILURES,
                ModelServerOptions.BREAKER_PAUSE)),
        new OptionGroup(
            "Recommendations",
            RecommendOptions.class,
            List.of(
                RecommendOptions.ITEMS,
                RecommendOptions.DEADLINE,
                RecommendOptions.MAX_REQUEST_WAIT,
                RecommendOptions.MAX_IN_FLIGHT,
                RecommendOptions.MAX_IN_FLIGHT_PER_USER,
                RecommendOptions.MAX_PENDING_PER_USER,
                RecommendOptions.MAX_HISTORY,
                RecommendOptions.RETAINED_EVENTS,
                RecommendOptions.LATENESS_BOUND,
                RecommendOptions.ERASURE_RETENTION,
                RecommendOptions.SEEN_TYPES,
                RecommendOptions.SEEN_MAX_ITEMS)),
        new OptionGroup(
            "Last mile",
            LastMileOptions.class,
            List.of(
                LastMileOptions.CANDIDATES,
                LastMileOptions.DIVERSITY,
                LastMileOptions.POPULAR_SENT,
                LastMileOptions.INPUTS_SHARE,
                LastMileOptions.MAX_RULES,
                LastMileOptions.MAX_RULES_PER_USER,
                LastMileOptions.MAX_ITEMS)),
        new OptionGroup(
            "Triggers",
            TriggerOptions.class,
            List.of(
                TriggerOptions.TYPES,
                TriggerOptions.INTERVAL,
                TriggerOptions.BACKFILL_AGE,
                TriggerOptions.MAX_FUTURE)),
        new OptionGroup(
            "Popular now",
            PopularOptions.class,
            List.of(
                PopularOptions.TYPES,
                PopularOptions.HALF_LIFE,
                PopularOptions.SIZE,
                PopularOptions.PERIOD,
                PopularOptions.MAX_ITEMS_PER_TASK,
                PopularOptions.INITIAL_FILE)),
        new OptionGroup(
            "Language model",
            LanguageModelOptions.class,
            List.of(
                LanguageModelOptions.URL,
                LanguageModelOptions.MODEL,
                LanguageModelOptions.KEY_FILE,
                LanguageModelOptions.KEY_ENV,
                LanguageModelOptions.TIMEOUT,
                LanguageModelOptions.ATTEMPTS,
                LanguageModelOptions.MAX_PAUSE,
                LanguageModelOptions.MAX_ANSWER_SIZE,
                LanguageModelOptions.STRUCTURED_OUTPUT,
                LanguageModelOptions.SAMPLING,
                LanguageModelOptions.CONCURRENCY,
                LanguageModelOptions.TOKENS_PER_MINUTE,
                LanguageModelOptions.MAX_WAITING,
                LanguageModelOptions.DRAIN_TIMEOUT)),
        new OptionGroup(
            "Profiles",
            ProfileOptions.class,
            List.of(
                ProfileOptions.GROUP_ID,
                ProfileOptions.PROMPT,
                ProfileOptions.MIN_EVENTS,
                ProfileOptions.REFRESH_SHARE,
                ProfileOptions.STATEMENT_WORTH,
                ProfileOptions.EVENTS,
                ProfileOptions.RATING_SCALE,
                ProfileOptions.PROMPT_EVENTS,
                ProfileOptions.PROMPT_CLAIMS,
                ProfileOptions.CLAIM_TEXTS,
                ProfileOptions.ASPECTS,
                ProfileOptions.MAX_TOKENS,
                ProfileOptions.OFFER_AGAIN,
                ProfileOptions.MAX_ENCODING)),
        new OptionGroup(
            "Catalogue",
            CatalogueOptions.class,
            List.of(
                CatalogueOptions.GROUP_ID,
                CatalogueOptions.FAMILIES,
                CatalogueOptions.OFFER_AGAIN,
                CatalogueOptions.MAX_ENCODING,
                CatalogueOptions.ENCODING_TIMEOUT)),
        new OptionGroup(
            "Reranking",
            RerankOptions.class,
            List.of(
                RerankOptions.SHARE,
                RerankOptions.SEED,
                RerankOptions.SURFACES,
                RerankOptions.MIN_EVENTS,
                RerankOptions.INTERVAL,
                RerankOptions.CANDIDATES,
                RerankOptions.WEIGHT,
                RerankOptions.MAX_AGE,
                RerankOptions.GROUP_ID,
                RerankOptions.OFFER_AGAIN,
                RerankOptions.PATIENCE)),
        new OptionGroup(
            "Text encoder",
            TextEncoderOptions.class,
            List.of(
                TextEncoderOptions.URL,
                TextEncoderOptions.MODEL,
                TextEncoderOptions.KEY_FILE,
                TextEncoderOptions.KEY_ENV,
                TextEncoderOptions.TIMEOUT,
                TextEncoderOptions.ATTEMPTS,
                TextEncoderOptions.MAX_PAUSE,
                TextEncoderOptions.MAX_ANSWER_SIZE)),
        new OptionGroup(
            "Delivery",
            DeliveryOptions.class,
            List.of(
                DeliveryOptions.RECOMMENDATIONS,
                DeliveryOptions.DEAD_LETTERS,
                DeliveryOptions.TRANSACTION_TIMEOUT,
                DeliveryOptions.TRANSACTIONAL_ID_PREFIX)));
  }
}
