package io.millrace.flink.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SeenItemsTest {
  private final SeenItems seen = new SeenItems();

  @Test
  void anItemIsSeenOnce() {
    add("a", "b", "a");
    assertThat(seen.upTo(seen.added(), 10)).containsExactly("a", "b");
  }

  @Test
  void whatWasSeenAtAPositionDoesNotChangeLater() {
    add("a", "b");
    long position = seen.added();
    add("c", "a", "d");
    assertThat(seen.upTo(position, 10)).containsExactly("a", "b");
    assertThat(seen.upTo(0, 10)).isEmpty();
  }

  @Test
  void theOldestIsForgottenFirst() {
    add("a", "b", "c", "d", "e");
    assertThat(seen.size()).isEqualTo(4);
    assertThat(seen.upTo(seen.added(), 10)).containsExactly("b", "c", "d", "e");
    assertThat(seen.upTo(seen.added(), 3)).containsExactly("c", "d", "e");
    assertThat(seen.upTo(3, 10)).as("two of the first three remain").containsExactly("b", "c");
    add("a");
    assertThat(seen.upTo(seen.added(), 10)).containsExactly("c", "d", "e", "a");
  }

  @Test
  void anIdThatStartsLikeAnotherIsAnother() {
    add("ab", "a", "abc");
    assertThat(seen.upTo(3, 10)).containsExactly("ab", "a", "abc");
  }

  private void add(String... items) {
    for (String item : items) {
      seen.add(item.getBytes(StandardCharsets.UTF_8), 4);
    }
  }
}
