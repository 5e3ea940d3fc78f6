package io.millrace.flink.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TopicConfigsTest {
  private static final String WEEK_MILLIS = "604800000";

  private static Config config(Map<String, String> values) {
    List<ConfigEntry> entries =
        values.entrySet().stream().map(e -> new ConfigEntry(e.getKey(), e.getValue())).toList();
    return new Config(entries);
  }

  @Test
  void oldRecordsOfAnEventTopicAreDeleted() {
    assertThat(TopicConfigs.of(Topics.INTERACTIONS))
        .containsOnly(
            Map.entry("cleanup.policy", "delete"), Map.entry("retention.ms", WEEK_MILLIS));
  }

  @Test
  void aCompactedTopicKeepsTombstonesForItsRetention() {
    assertThat(TopicConfigs.of(Topics.USER_PROFILES))
        .containsOnly(
            Map.entry("cleanup.policy", "compact"), Map.entry("delete.retention.ms", WEEK_MILLIS));
  }

  @Test
  void aTopicAsContractedDiffersInNothing() {
    Config config = config(TopicConfigs.of(Topics.INTERACTIONS));

    assertThat(
            TopicConfigs.differences(Topics.INTERACTIONS, Topics.INTERACTIONS.partitions(), config))
        .isEmpty();
  }

  @Test
  void everyDifferenceIsNamedWithBothValues() {
    Config config = config(Map.of("cleanup.policy", "compact", "retention.ms", WEEK_MILLIS));

    assertThat(TopicConfigs.differences(Topics.INTERACTIONS, 7, config))
        .hasSize(2)
        .anySatisfy(text -> assertThat(text).contains("'interactions'", "partitions=7", "says 4"))
        .anySatisfy(text -> assertThat(text).contains("cleanup.policy=compact", "says delete"));
  }

  @Test
  void aSettingThatTheBrokerDoesNotTellDiffers() {
    assertThat(TopicConfigs.differences(Topics.INTERACTIONS, 4, null)).hasSize(2);
  }
}
