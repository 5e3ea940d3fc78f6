package io.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovieLensTest {
  private static final String HEADER = "user\titem\trating\ttimestamp\n";

  @TempDir Path folder;

  @BeforeEach
  void writeCatalogue() throws IOException {
    write(
        "items.tsv",
        "item\ttitle\tyear\tgenres\n1\tToy Story\t1995\tAnimation|Comedy\n267\tunknown\t\t\n");
  }

  @Test
  void readsRatingsOldestFirstAndKeepsTiesInFileOrder() throws IOException {
    write("interactions.tsv", HEADER + "7\t1\t4\t30\n7\t2\t5\t10\n8\t3\t1\t20\n7\t4\t2\t10\n");

    MovieLens data = MovieLens.read(folder);

    assertThat(data.ratings())
        .containsExactly(
            new Rating(2, "7", "2", 5, 10),
            new Rating(4, "7", "4", 2, 10),
            new Rating(3, "8", "3", 1, 20),
            new Rating(1, "7", "1", 4, 30));
    assertThat(data.ratings().get(0).eventId()).isEqualTo("ml100k-2");
  }

  @Test
  void labelsItemsByTitleAndYear() throws IOException {
    write("interactions.tsv", HEADER + "7\t1\t4\t30\n");

    Catalogue catalogue = MovieLens.read(folder).catalogue();

    assertThat(catalogue.label("1")).isEqualTo("Toy Story (1995)");
    assertThat(catalogue.label("267")).isEqualTo("unknown");
    assertThat(catalogue.label("9999")).isEqualTo("item 9999");
    assertThat(catalogue.items())
        .extracting(CatalogueItem::genres)
        .containsExactly(List.of("Animation", "Comedy"), List.of());
  }

  @Test
  void aMissingFileSaysHowToGetIt() {
    assertRefused("interactions.tsv does not exist", "./millrace data ml-100k", "--data");
  }

  @Test
  void anotherHeaderIsNamedBesideTheExpectedOne() throws IOException {
    write("interactions.tsv", "user\titem\n7\t1\n");
    assertRefused("interactions.tsv: the first line is 'user<tab>item'", "expected 'user<tab>");
  }

  @Test
  void anEmptyFileHasNoHeader() throws IOException {
    write("interactions.tsv", "");
    assertRefused("the first line is missing");
  }

  @Test
  void aFileWithoutRatingsIsRefused() throws IOException {
    write("interactions.tsv", HEADER);
    assertRefused("interactions.tsv has no lines below its header");
  }

  @Test
  void aLineWithOtherColumnsIsNamed() throws IOException {
    write("interactions.tsv", HEADER + "7\t1\t4\t30\n7\t1\t4\n");
    assertRefused("interactions.tsv:3: 3 columns, expected 4");
  }

  @Test
  void aValueOutOfRangeIsNamed() throws IOException {
    write("interactions.tsv", HEADER + "7\t1\t6\t30\n");
    assertRefused("interactions.tsv:2: rating '6' is not between 1 and 5");
    write("interactions.tsv", HEADER + "7\t1\tNaN\t30\n");
    assertRefused("rating 'NaN' is not between 1 and 5");
    write("interactions.tsv", HEADER + "7\t1\tgood\t30\n");
    assertRefused("rating 'good' is not a number");
    write("interactions.tsv", HEADER + "7\t1\t4\t3.5\n");
    assertRefused("timestamp '3.5' is not a whole number of seconds");
    write("interactions.tsv", HEADER + "\t1\t4\t3\n");
    assertRefused("interactions.tsv:2: the user is empty");
  }

  @Test
  void bytesThatAreNotTextAreRefused() throws IOException {
    Files.write(
        folder.resolve("interactions.tsv"),
        (HEADER + "7\t\u00ff\t4\t3\n").getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("interactions.tsv is not UTF-8");
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> MovieLens.read(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
