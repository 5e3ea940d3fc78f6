package io.millrace.flink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.flink.connectors.Delivery;
import io.millrace.flink.connectors.StartingOffsets;
import io.millrace.schemas.avro.InteractionType;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSettingsTest {
  private static Configuration required() {
    return Configuration.fromMap(
        Map.of(
            "millrace.kafka.bootstrap-servers",
            "k:9092",
            "millrace.registry.url",
            "http://r:8081"));
  }

  private static JobSettings with(String... keysAndValues) {
    Configuration configuration = required();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.setString(keysAndValues[i], keysAndValues[i + 1]);
    }
    return JobSettings.from(configuration);
  }

  @Test
  void theAddressesAreEnough() {
    JobSettings settings = with();

    assertThat(settings.kafka().bootstrapServers()).isEqualTo("k:9092");
    assertThat(settings.registry().url()).isEqualTo("http://r:8081");
    assertThat(settings.recommend().interval()).isZero();
    assertThat(settings.recommendations().delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
    assertThat(settings.initialPopular()).isNull();
  }

  @Test
  void valuesOfEveryKindAreRead() {
    JobSettings settings =
        with(
            "millrace.kafka.starting-offsets", "latest",
            "millrace.model-server.targets", "a:1;b:2",
            "millrace.recommend.deadline", "80 ms",
            "millrace.seen.types", "PURCHASE;LIKE",
            "millrace.model-server.max-answer-size", "1 mb",
            "millrace.popular.initial-file", "/tmp/popular.tsv");

    assertThat(settings.kafka().startingOffsets()).isEqualTo(StartingOffsets.LATEST);
    assertThat(settings.modelServer().targets()).containsExactly("a:1", "b:2");
    assertThat(settings.recommend().deadline()).isEqualTo(Duration.ofMillis(80));
    assertThat(settings.recommend().seenTypes())
        .containsOnly(InteractionType.PURCHASE, InteractionType.LIKE);
    assertThat(settings.modelServer().connection().maxAnswerBytes()).isEqualTo(1 << 20);
    assertThat(settings.initialPopular()).hasToString("/tmp/popular.tsv");
  }

  @Test
  void clientPropertiesPassThroughAndStayOutOfMessages() {
    JobSettings settings = with("millrace.kafka.client.sasl.jaas.config", "secret");

    assertThat(settings.kafka().clientProperties())
        .containsEntry("sasl.jaas.config", "secret")
        .containsEntry("bootstrap.servers", "k:9092");
    assertThat(settings.kafka().toString()).doesNotContain("secret");
  }

  @Test
  void flinksOptionsGetTheJobsDefaultsUnlessTheyAreSet() {
    JobSettings settings = with("state.backend.type", "hashmap", "parallelism.default", "5");

    assertThat(settings.flink().get(StateBackendOptions.STATE_BACKEND)).isEqualTo("hashmap");
    assertThat(settings.flink().toMap()).containsEntry("parallelism.default", "5");
    assertThat(settings.flink().get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(720);
    assertThat(settings.flink().get(PipelineOptions.GENERIC_TYPES)).isFalse();
    assertThat(settings.flink().get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void optionsOfOursAreNotHandedToFlink() {
    assertThat(with().flink().toMap().keySet()).noneMatch(key -> key.startsWith("millrace."));
  }

  @ParameterizedTest
  @CsvSource({
    "millrace.recommend.items, 0, at least 1",
    "millrace.recommend.items, ten, ten",
    "millrace.recommend.deadline, 0 ms, at least 1 ms",
    "millrace.recommend.deadline, soon, soon",
    "millrace.recommend.retained-events, 100, at least 164",
    "millrace.recommend.max-pending-per-user, 4, at least 64",
    "millrace.kafka.bootstrap-servers, ' ', is empty",
    "millrace.kafka.starting-offsets, NEWEST, NEWEST",
    "millrace.kafka.fetch-max-wait, 1 h, at most",
    "millrace.kafka.replication-factor, -2, at least -1",
    "millrace.registry.url, r:8081, 'r:8081'",
    "millrace.model-server.targets, localhost, 'localhost'",
    "millrace.model-server.targets, localhost:99999, 'localhost:99999'",
    "millrace.model-server.keep-alive, 1 s, at least 10000 ms",
    "millrace.model-server.max-answer-size, 10 b, out of range",
    "millrace.model-server.tls-ca, ca.pem, millrace.model-server.tls is false",
    "millrace.model-server.breaker-failure-percent, 0, at least 1",
    "millrace.model-server.breaker-pause, 0 s, at least 1 ms",
    "millrace.model-server.hedge-after, -1 ms, ''",
    "millrace.seen.types, LIKE;LIKE, twice",
    "millrace.seen.types, LOVE, LOVE",
    "millrace.popular.size, 0, at least 1",
    "millrace.popular.max-items-per-task, 10, at least 1000",
    "millrace.rerank.share, 1.5, at most 1",
    "millrace.rerank.surfaces, home;home, twice",
    "millrace.rerank.min-events, 0, at least 1",
    "millrace.rerank.interval, -1 s, ''",
    "millrace.rerank.candidates, 1, at least 2",
    "millrace.rerank.weight, -0.1, at least 0",
    "millrace.rerank.max-age, -1 s, ''",
    "millrace.trigger.interval, -1 s, ''"
  })
  void aWrongValueIsNamedWithItsKey(String key, String value, String said) {
    assertThatThrownBy(() -> with(key, value))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(said);
  }

  @Test
  void aMissingAddressIsNamedWithTheWayToSetIt() {
    assertThatThrownBy(() -> JobSettings.from(new Configuration()))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("--millrace.kafka.bootstrap-servers");
  }

  @Test
  void everyUnknownKeyIsNamedWithTheNearestThatExists() {
    assertThatThrownBy(
            () -> with("millrace.kafka.topicprefix", "a", "millrace.recomend.items", "3"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(
            "millrace.kafka.topicprefix: did you mean millrace.kafka.topic-prefix?")
        .hasMessageContaining("millrace.recomend.items: did you mean millrace.recommend.items?");
  }

  @Test
  void aTransactionMustOutliveItsCheckpoint() {
    assertThatThrownBy(
            () ->
                with(
                    "millrace.delivery.recommendations", "exactly_once",
                    "millrace.delivery.transaction-timeout", "45 s"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("millrace.delivery.transaction-timeout")
        .hasMessageContaining("30000 ms");
  }

  @ParameterizedTest
  @CsvSource({"abc, abc, 0", "abc, abd, 1", "abc, ab, 1", "'', abc, 3", "kitten, sitting, 3"})
  void distanceCountsChangedCharacters(String from, String to, int expected) {
    assertThat(KnownKeys.distance(from, to)).isEqualTo(expected);
  }
}
