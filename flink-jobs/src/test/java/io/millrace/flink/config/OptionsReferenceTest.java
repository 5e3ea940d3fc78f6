package io.millrace.flink.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptionsReferenceTest {
  private final String page = OptionsReference.markdown();

  @Test
  void everyOptionHasARow() {
    OptionGroup.all()
        .forEach(
            group -> {
              assertThat(page).contains("### " + group.title());
              group
                  .options()
                  .forEach(option -> assertThat(page).contains("| `" + option.key() + "` |"));
            });
  }

  @Test
  void valuesReadAsTheyAreWritten() {
    assertThat(page)
        .contains("| `millrace.recommend.deadline` | `250 ms` |")
        .contains("| `millrace.kafka.topic-prefix` | empty |")
        .contains("| `millrace.registry.url` | none |")
        .contains("One of `AT_LEAST_ONCE`, `EXACTLY_ONCE`.");
  }

  @Test
  void everyFlinkDefaultHasItsReason() {
    FlinkDefaults.entries()
        .forEach(
            entry ->
                assertThat(page)
                    .contains("| `" + entry.option().key() + "` | ")
                    .contains("| " + entry.why() + " |"));
  }
}
