package io.millrace.flink.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.flink.config.InvalidOptionException;
import io.millrace.flink.records.PopularNow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PopularFileTest {
  private final Path file;

  PopularFileTest(@TempDir Path folder) {
    this.file = folder.resolve("popular.tsv");
  }

  private PopularNow read(String text, int size) throws IOException {
    Files.writeString(file, text);
    return PopularFile.read(file, size);
  }

  @Test
  void itemsComeInTheOrderOfTheirCounts() throws IOException {
    assertThat(read("a\t5\nb c\t20\nd\t10.0\n", 10).items())
        .extracting(PopularNow.Item::itemId)
        .containsExactly("b c", "d", "a");
  }

  @Test
  void onlyTheMostPopularAreKept() throws IOException {
    assertThat(read("a\t5\nb\t20\nd\t10\n", 2).items())
        .extracting(PopularNow.Item::itemId)
        .containsExactly("b", "d");
  }

  @Test
  void whatNobodyTookIsNotPopular() throws IOException {
    assertThat(read("a\t0\n", 10).items()).isEmpty();
    assertThat(read("", 10).items()).isEmpty();
  }

  @Test
  void noFileIsNothing() {
    assertThat(PopularFile.read(null, 10)).isEqualTo(PopularNow.NOTHING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "\t3", "b\t", "b\tmany", "b\t-1", "b\tNaN", "b 3"})
  void aLineThatIsNoCountIsNamed(String line) {
    assertThatThrownBy(() -> read("a\t1\n" + line + "\n", 10))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("millrace.popular.initial-file")
        .hasMessageContaining("popular.tsv line 2")
        .hasMessageContaining("'" + line + "'");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> PopularFile.read(file.resolveSibling("none.tsv"), 10))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("none.tsv");
  }
}
