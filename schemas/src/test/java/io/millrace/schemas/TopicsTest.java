package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicsTest {
  @Test
  void namesAreDistinct() {
    assertThat(Topics.all()).extracting(Topic::name).doesNotHaveDuplicates();
  }

  @Test
  void aSubjectIsTheTopicsNameAndWhatItIsOf() {
    assertThat(Topics.INTERACTIONS.subject()).isEqualTo("interactions-value");
  }

  @Test
  void anotherNameKeepsTheContract() {
    Topic<?> other = Topics.USER_PROFILES.named("eu.user-profiles");

    assertThat(other.subject()).isEqualTo("eu.user-profiles-value");
    assertThat(other.schema()).isEqualTo(Topics.USER_PROFILES.schema());
    assertThat(other.cleanup()).isEqualTo(Topics.USER_PROFILES.cleanup());
  }
}
