package io.millrace.server.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.sources.TextVectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class DiversityTest {
  private static final int ITEMS = 60;
  private static final short[] HALVES = {0x3c00, (short) 0xbc00, 0x3800, 0};

  @TempDir Path folder;

  /** Random vectors in few dimensions; every seventh item has none. */
  private TextVectors texts(Random random) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(ITEMS * TextVectors.DIMS * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int item = 0; item < ITEMS; item++) {
      for (int dim = 0; dim < 6 && item % 7 != 0; dim++) {
        bytes.putShort(
            (item * TextVectors.DIMS + dim * 11) * 2, HALVES[random.nextInt(HALVES.length)]);
      }
    }
    return TextVectors.read(Files.write(folder.resolve("v.f16"), bytes.array()), ITEMS);
  }

  /** By the definition, with nothing kept from choice to choice. */
  private static List<Integer> naive(
      int[] pool, float[] scores, float strength, int wanted, TextVectors texts) {
    float range = scores[0] - scores[scores.length - 1];
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < Math.min(wanted, pool.length)) {
      int best = -1;
      float most = 0;
      for (int i = 0; i < pool.length; i++) {
        float relevance = range > 0 ? (scores[i] - scores[scores.length - 1]) / range : 1;
        float likeness = chosen.isEmpty() ? 0 : -1;
        for (int other : chosen) {
          likeness = Math.max(likeness, texts.cosine(pool[i], pool[other]));
        }
        float value = (1 - strength) * relevance - strength * likeness;
        if (!chosen.contains(i) && (best < 0 || value > most)) {
          best = i;
          most = value;
        }
      }
      chosen.add(best);
    }
    return chosen;
  }

  @Test
  void choicesAreTheNaiveOnes() throws IOException {
    Random random = new Random(17);
    TextVectors texts = texts(random);
    Diversity diversity = new Diversity(texts);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(ITEMS);
      int[] pool = random.ints(0, ITEMS).distinct().limit(size).toArray();
      float[] scores = new float[size];
      float score = 3;
      for (int i = 0; i < size; i++) {
        score -= random.nextInt(3) * 0.25f;
        scores[i] = score;
      }
      float strength = random.nextInt(5) / 4f;
      int[] chosen = new int[Math.min(1 + random.nextInt(12), size)];
      diversity.choose(pool, scores, size, strength, chosen);
      assertThat(chosen)
          .containsExactly(
              naive(pool, scores, strength, chosen.length, texts).stream()
                  .mapToInt(Integer::intValue)
                  .toArray());
    }
  }

  @Test
  void withoutStrengthTheOrderStays() throws IOException {
    int[] chosen = new int[3];
    new Diversity(texts(new Random(1)))
        .choose(new int[] {5, 3, 9}, new float[] {3, 2, 1}, 3, 0, chosen);
    assertThat(chosen).containsExactly(0, 1, 2);
  }

  @Test
  void equalScoresAreEquallyRelevant() throws IOException {
    int[] chosen = new int[2];
    new Diversity(texts(new Random(1)))
        .choose(new int[] {1, 1, 7}, new float[] {2, 2, 2}, 3, 0.5f, chosen);
    assertThat(chosen).containsExactly(0, 2);
  }
}
