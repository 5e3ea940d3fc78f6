package io.millrace.server.llm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextPiecesTest {
  @Test
  void aCharacterIsShownOnceItIsWhole() {
    Utf8Text text = new Utf8Text();
    byte[] bytes = "a🎬".getBytes(StandardCharsets.UTF_8);
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      String now = text.add(new byte[] {bytes[i]});
      assertThat(now).isIn("", "a", "🎬");
      shown.append(now);
    }
    assertThat(shown.append(text.end())).hasToString("a🎬");
  }

  @Test
  void whatIsNoCharacterIsReplaced() {
    Utf8Text text = new Utf8Text();
    assertThat(text.add(new byte[] {'a', (byte) 0xFF, 'b'})).isEqualTo("a\uFFFDb");
    assertThat(text.add(new byte[] {(byte) 0xF0, (byte) 0x9F})).isEmpty();
    assertThat(text.end()).isEqualTo("\uFFFD");
  }

  @Test
  void theTextEndsBeforeTheFirstStopString() {
    StopStrings stops = new StopStrings(List.of("END", "\n\n"));
    assertThat(stops.add("one E")).isEqualTo("one ");
    assertThat(stops.add("N")).isEmpty();
    assertThat(stops.add("VOY\n")).isEqualTo("ENVOY");
    assertThat(stops.reached()).isFalse();
    assertThat(stops.add("\nEND")).isEmpty();
    assertThat(stops.reached()).isTrue();
    assertThat(stops.end()).isEmpty();
  }

  @Test
  void whatLookedLikeAStopStringIsShownAtTheEnd() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertThat(stops.add("WEEKEN")).isEqualTo("WEEK");
    assertThat(stops.end()).isEqualTo("EN");
  }
}
