package io.millrace.standalone.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.standalone.data.Rating;
import io.millrace.standalone.replay.ReplayPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryRowsTest {

  @Test
  void eachEventHasItsUsersItemsUpToItselfAsIndices(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("vocabulary.txt"), "a\nb\nc\n");
    List<Rating> ratings = new ArrayList<>();
    for (String item : List.of("b", "a", "x", "c", "a", "b", "c", "a")) {
      ratings.add(new Rating(ratings.size() + 1, ratings.size() < 2 ? "ann" : "gone", item, 3, 1));
    }
    ratings.add(new Rating(9, "ann", "c", 3, 2));
    ratings.add(new Rating(10, "new", "film-that-came-later", 3, 3));

    new HistoryRows(folder).write(ReplayPlan.of(ratings, 2), folder.resolve("rows"));

    assertThat(folder.resolve("rows")).hasContent("4,3,5\n2\n");
  }
}
