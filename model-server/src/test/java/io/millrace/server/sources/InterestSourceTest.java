package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small enough to work out by hand; training's tests have the same numbers. */
@SuppressWarnings("NullAway.Init")
class InterestSourceTest {
  private static final int ITEMS = 5;
  private static final short ONE = 0x3c00;
  private static final short TWO = 0x4000;
  private static final short THREE = 0x4200;

  @TempDir Path folder;
  private NeighbourTable table;

  /** 0 goes with 1 and 2, 3 with 4; 2 has no neighbours. */
  @BeforeEach
  void write() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 6 * 2 * ITEMS).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {'M', 'R', 'N', 'B'}).putInt(1).putInt(ITEMS).putInt(2);
    for (int neighbour : new int[] {1, 2, 0, -1, -1, -1, 4, -1, 3, -1}) {
      bytes.putInt(neighbour);
    }
    for (short weight : new short[] {THREE, ONE, THREE, 0, 0, 0, TWO, 0, TWO, 0}) {
      bytes.putShort(weight);
    }
    table = NeighbourTable.read(Files.write(folder.resolve("t"), bytes.array()), ITEMS);
  }

  private InterestSource source(float decay, int interests) {
    return new InterestSource(3, table, new SourceSettings.Table("t", 3, decay), interests);
  }

  private static float[] scores(InterestSource source, int... history) {
    PopularNow nothing = new PopularNow(new int[0], new float[0]);
    float[] ages = new float[history.length];
    source.score(new SourceRow(history, ages, new int[0], null, null, nothing));
    CandidateSet all = new CandidateSet();
    IntStream.range(0, ITEMS).forEach(item -> all.addRetrieved(item, 0));
    float[] scores = new float[ITEMS];
    source.write(all, scores);
    return scores;
  }

  private static void assertScores(float[] scores, double... expected) {
    assertThat(scores).hasSize(expected.length);
    for (int item = 0; item < scores.length; item++) {
      assertThat((double) scores[item]).as("item %d", item).isCloseTo(expected[item], within(1e-6));
    }
  }

  @Test
  void everyInterestHasTheRoomThatItsEventsCount() {
    assertScores(scores(source(0.5f, 2), 3, 0), 0, 0.5, 1 / 6.0, 0, 1 / 3.0);
  }

  @Test
  void anEventJoinsTheInterestThatItGoesWith() {
    assertScores(scores(source(1, 2), 1, 3, 0), 2 / 7.0, 2 / 7.0, 2 / 21.0, 0, 1 / 3.0);
  }

  @Test
  void whatWouldBeOneInterestTooManySaysNothing() {
    assertScores(scores(source(0.5f, 1), 3, 0), 0, 0.75, 0.25, 0, 0);
  }

  @Test
  void eventsThatSayNothingTakeTheirTurnAndLeaveNothingBehind() {
    InterestSource source = source(0.5f, 3);
    assertScores(scores(source, 3, 0), 0, 0.5, 1 / 6.0, 0, 1 / 3.0);
    assertScores(scores(source, 0, 2, SourceRow.UNKNOWN, 2), 0, 0, 0, 0, 0);
    assertScores(scores(source), 0, 0, 0, 0, 0);
    assertScores(scores(source, 3, SourceRow.UNKNOWN, 0), 0, 0.6, 0.2, 0, 0.2);
  }

  @Test
  void theBestAreOfferedButNotWhatIsExcluded() {
    InterestSource source = source(0.5f, 2);
    scores(source, 3, 0);
    BestItems best = new BestItems(PopularityOrder.of(List.of(1, 1, 1, 1, 1)));
    best.clear(source.quota());
    ItemMarks excluded = new ItemMarks(ITEMS);
    excluded.clear();
    excluded.add(1);
    source.offer(excluded, best);
    best.sort();
    List<Integer> items = new ArrayList<>();
    for (int place = 0; place < best.size(); place++) {
      items.add(best.item(place));
    }
    assertThat(items).containsExactly(4, 2);
  }
}
