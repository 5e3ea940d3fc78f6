package io.millrace.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.TinyLanguageModel;
import io.millrace.server.llm.decoder.DecoderCall;
import io.millrace.server.llm.decoder.DecoderShape;
import io.millrace.server.llm.decoder.ModelManifest;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxDecoderTest {
  private static final int[] TEXT = {1, 80, 81, 259, 262, 90, 91, 92, 93, 94};

  private final ModelManifest manifest = ModelManifest.read(TinyLanguageModel.folder());
  private final OnnxDecoder decoder = OnnxDecoder.load(manifest.folder(), manifest.shape(4, 64), 1);

  @AfterEach
  void close() {
    decoder.close();
  }

  private float[] prefill(int slot, int start, int... tokens) {
    return row(decoder.run(DecoderCall.prefill(slot, start, tokens, true, null)), 0);
  }

  private float[] row(FloatBuffer logits, int row) {
    float[] copy = new float[decoder.shape().vocabulary()];
    logits.get(row * copy.length, copy);
    return copy;
  }

  @Test
  void aSlotGoesOnWhereItIs() {
    float[] whole = prefill(0, 0, TEXT);
    decoder.run(DecoderCall.prefill(1, 0, Arrays.copyOf(TEXT, 6), false, null));
    float[] parts = prefill(1, 6, Arrays.copyOfRange(TEXT, 6, TEXT.length));
    // A part has its activations rounded in other company.
    assertThat(parts).containsExactly(whole, within(0.02f));
  }

  @Test
  void aTextIsTheSameAloneAndAmongOthers() {
    for (int slot = 0; slot < 3; slot++) {
      prefill(slot, 0, Arrays.copyOf(TEXT, 5 + slot));
    }
    float[] alone = row(decoder.run(DecoderCall.step(new int[] {5}, new int[] {33})), 0);
    FloatBuffer among = decoder.run(DecoderCall.step(new int[] {5, 6, 7}, new int[] {33, 44, 55}));
    assertThat(row(among, 0)).isEqualTo(alone);
    assertThat(row(among, 1)).isNotEqualTo(alone);
  }

  @Test
  void aCopiedBeginningIsTheSame() {
    float[] expected = prefill(0, 0, TEXT);
    prefill(2, 0, Arrays.copyOf(TEXT, 8));
    decoder.copy(2, 3, 6);
    float[] copied = prefill(3, 6, Arrays.copyOfRange(TEXT, 6, TEXT.length));
    assertThat(copied).containsExactly(expected, within(0.02f));
  }

  @Test
  void swappedSlotsGoOnInTheOthersPlace() {
    prefill(0, 0, Arrays.copyOf(TEXT, 4));
    prefill(1, 0, Arrays.copyOf(TEXT, 7));
    float[] before = row(decoder.run(DecoderCall.step(new int[] {4, 7}, new int[] {50, 60})), 1);
    decoder.swap(0, 1, 7);
    float[] after = row(decoder.run(DecoderCall.step(new int[] {7, 4}, new int[] {60, 50})), 0);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void filesOfAnotherSizeAreNamed(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("embeddings.bin"), new byte[10]);
    DecoderShape shape = manifest.shape(1, 64);
    assertThatThrownBy(() -> OnnxDecoder.load(folder, shape, 1))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("embeddings.bin has 10 bytes");
    Files.copy(
        manifest.folder().resolve("embeddings.bin"),
        folder.resolve("embeddings.bin"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> OnnxDecoder.load(folder, shape, 1))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model.onnx");
  }
}
