package io.millrace.flink.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class AnsweredIdsTest {
  @Test
  void theJournalsAreKeptAndOfTheOthersTheNewest() {
    AnsweredIds ids = new AnsweredIds(Set.of("old"), 2);
    ids.add("a");
    ids.add("b");
    ids.add("a");
    ids.add("c");

    assertThat(ids.contains("old")).isTrue();
    assertThat(ids.contains("a")).isFalse();
    assertThat(ids.contains("b")).isTrue();
    assertThat(ids.contains("c")).isTrue();
    assertThat(ids.contains("d")).isFalse();
  }
}
