package io.millrace.standalone.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {
  private static final String FAMILY = "\ud83d\udc69\u200d\ud83d\udc67";

  @ParameterizedTest
  @ValueSource(strings = {"", "Am\u00e9lie (2001) \u2605", "\u65e5\u672c", "a\\b", FAMILY})
  void harmlessTextStays(String text) {
    assertThat(PrintableText.of(text)).isEqualTo(text);
  }

  @Test
  void whatATerminalWouldObeyIsShownInstead() {
    assertThat(PrintableText.of("\u001b[2Ja\nb\rc\u0007"))
        .isEqualTo("\\u001b[2Ja\\u000ab\\u000dc\\u0007");
    assertThat(PrintableText.of("\u009b31m\u202eabc\u2028"))
        .isEqualTo("\\u009b31m\\u202eabc\\u2028");
    assertThat(PrintableText.of("\ud800x")).isEqualTo("\\ud800x");
  }

  @Test
  void textIsCutAtCharactersAndFilledUp() {
    assertThat(PrintableText.fit("abcdef", 6)).isEqualTo("abcdef");
    assertThat(PrintableText.fit("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(PrintableText.fit("\ud83d\udc69\ud83d\udc69\ud83d\udc69", 2))
        .isEqualTo("\ud83d\udc69…");
    assertThat(PrintableText.pad("\ud83d\udc69", 3)).isEqualTo("\ud83d\udc69  ");
    assertThat(PrintableText.pad("\u001b", 4)).isEqualTo("\\u0…");
  }
}
