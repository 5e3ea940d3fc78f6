package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.recommender.RetrieverRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class HistoryFileTest {
  @TempDir private Path folder;

  private List<RetrieverRow> read(int maxHistory, String... lines) throws IOException {
    return HistoryFile.read(Files.write(folder.resolve("rows"), List.of(lines)), maxHistory);
  }

  @Test
  void theNewestItemsAreKeptAndAllAreExcluded() throws IOException {
    RetrieverRow row = read(2, "3, 4,5").get(0);
    assertThat(row.items()).containsExactly(4, 5);
    assertThat(row.excluded()).containsExactly(3, 4, 5);
    assertThat(row.ageSeconds()).containsExactly(1, 0);
  }

  @Test
  void aPaddedHistoryRepeatsItselfAndExcludesNoMore() throws IOException {
    RetrieverRow padded = HistoryFile.padded(read(9, "3,4").get(0), 5);
    assertThat(padded.items()).containsExactly(3, 4, 3, 4, 3);
    assertThat(padded.eventTypes()).hasSize(5);
    assertThat(padded.excluded()).containsExactly(3, 4);
    RetrieverRow none = HistoryFile.padded(read(9, "").get(0), 5);
    assertThat(none.items()).isEmpty();
  }

  @Test
  void theNewestItemAloneIsABriefHistory() throws IOException {
    assertThat(HistoryFile.newest(read(9, "3,4").get(0)).items()).containsExactly(4);
    assertThat(HistoryFile.newest(read(9, "").get(0)).items()).isEmpty();
  }

  @Test
  void aLineThatIsNoHistoryIsNamed() {
    assertThatThrownBy(() -> read(9, "3", "four"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
  }
}
