package io.millrace.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.FeatureSchema;
import io.millrace.server.TinyModels;
import io.millrace.server.recommender.Bundle;
import io.millrace.server.recommender.RetrieverRow;
import io.millrace.server.recommender.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class InteractionHistoriesTest {
  private static final String HEADER = "user\titem\trating\ttimestamp";

  @TempDir private Path folder;

  private final Path bundle = TinyModels.folder().resolve("recommender/1");

  private List<RetrieverRow> read(String... lines) throws IOException {
    Files.write(folder.resolve("interactions.tsv"), List.of(lines));
    Vocabulary vocabulary = Bundle.read(bundle, FeatureSchema.hash()).vocabulary();
    return new InteractionHistories(vocabulary, 9).read(folder);
  }

  @Test
  void theNewestFifthByTimeAskWithAllThatCameBefore() throws IOException {
    List<String> items = Files.readAllLines(bundle.resolve("vocabulary.txt"));
    List<RetrieverRow> rows =
        read(
            HEADER,
            "u\t" + items.get(2) + "\t5\t50",
            "u\t" + items.get(0) + "\t5\t10",
            "v\t" + items.get(1) + "\t5\t20",
            "u\tno such item\t5\t30",
            "u\t" + items.get(1) + "\t5\t40");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).items()).containsExactly(3, 4, 5);
  }

  @Test
  void whatIsNoInteractionIsNamed() {
    assertThatThrownBy(() -> read("user\titem")).hasMessageContaining("timestamp");
    assertThatThrownBy(() -> read(HEADER, "u\ti\t5\tnow"))
        .hasMessageContaining("line 2 is no interaction: u\ti\t5\tnow");
  }
}
