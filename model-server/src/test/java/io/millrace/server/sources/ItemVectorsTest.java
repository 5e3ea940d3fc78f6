package io.millrace.server.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ItemVectorsTest {
  private static final int DIMS = 384;
  private static final short[] HALVES = {0x3c00, (short) 0xc000, 0x3800, 0x0001, 0};
  private static final float[] VALUES = {1, -2, 0.5f, 0x1p-24f, 0};

  @TempDir Path folder;

  @Test
  void cosinesAreThoseOfTheFileAcrossBlocks() throws IOException {
    int items = 2500;
    Random random = new Random(3);
    ByteBuffer bytes = ByteBuffer.allocate(items * DIMS * 2).order(ByteOrder.LITTLE_ENDIAN);
    float[][] values = new float[items][DIMS];
    for (int item = 0; item < items; item++) {
      for (int dim = 0; dim < DIMS; dim++) {
        int code = item == 7 ? 4 : random.nextInt(HALVES.length);
        bytes.putShort(HALVES[code]);
        values[item][dim] = VALUES[code];
      }
    }
    ItemVectors vectors =
        ItemVectors.of(
            TextVectors.read(Files.write(folder.resolve("v.f16"), bytes.array()), items));
    float[] profile = new float[DIMS];
    for (int dim = 0; dim < DIMS; dim++) {
      profile[dim] = (float) random.nextGaussian();
    }
    float[] cosines = new float[items];
    vectors.cosines(FloatBuffer.wrap(profile), cosines);
    for (int item : new int[] {0, 1, 1023, 1024, 2047, 2048, 2499}) {
      assertThat(vectors.has(item)).isTrue();
      assertThat(cosines[item]).isCloseTo((float) cosine(profile, values[item]), within(1e-5f));
    }
    assertThat(vectors.has(7)).isFalse();
    assertThat(cosines[7]).isZero();
  }

  @Test
  void anItemsVectorHasLengthOneAndItsCosineWithAnotherIsTheirs() throws IOException {
    Random random = new Random(5);
    ByteBuffer bytes = ByteBuffer.allocate(3 * DIMS * 2).order(ByteOrder.LITTLE_ENDIAN);
    float[][] values = new float[3][DIMS];
    for (int item = 0; item < 2; item++) {
      for (int dim = 0; dim < DIMS; dim++) {
        int code = random.nextInt(HALVES.length);
        bytes.putShort(HALVES[code]);
        values[item][dim] = VALUES[code];
      }
    }
    TextVectors texts = TextVectors.read(Files.write(folder.resolve("t.f16"), bytes.array()), 3);
    assertThat(texts.cosine(0, 0)).isCloseTo(1f, within(1e-5f));
    assertThat(texts.cosine(0, 1)).isCloseTo((float) cosine(values[0], values[1]), within(1e-5f));
    assertThat(texts.cosine(0, 2)).isZero();
    assertThat(texts.has(2)).isFalse();
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return product / Math.sqrt(aa * bb);
  }

  @Test
  void filesThatAreNoVectorsAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("short.f16"), new byte[DIMS * 2 - 1]);
    assertThatThrownBy(() -> TextVectors.read(file, 1)).hasMessageContaining("has 767 bytes");
    byte[] infinite = new byte[DIMS * 2];
    infinite[9] = 0x7c;
    Path other = Files.write(folder.resolve("infinite.f16"), infinite);
    assertThatThrownBy(() -> TextVectors.read(other, 1))
        .hasMessageContaining("dimension 4 of item 0 is Infinity");
  }
}
