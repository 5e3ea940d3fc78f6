package io.millrace.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.inference.ModelLoadException;
import io.millrace.server.llm.TinyLanguageModel;
import io.millrace.server.llm.decoder.ModelManifest;
import io.millrace.server.llm.decoder.SoftPromptShape;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxHistoryEncoderTest {
  private final ModelManifest manifest = ModelManifest.read(TinyLanguageModel.folder());
  private final SoftPromptShape shape = Objects.requireNonNull(manifest.softPrompt());

  private OnnxHistoryEncoder load(SoftPromptShape said) {
    return OnnxHistoryEncoder.load(manifest.folder(), said, manifest.width());
  }

  @Test
  void anyNumberOfItemsBecomesTheSameNumberOfVectors() {
    try (OnnxHistoryEncoder encoder = load(shape)) {
      for (int items = 1; items <= shape.history(); items++) {
        assertThat(encoder.encode(new float[items * manifest.width()]))
            .hasSize(shape.tokens() * manifest.width());
      }
    }
  }

  @Test
  void whatTheManifestDoesNotSayIsRefused() {
    assertThatThrownBy(() -> load(new SoftPromptShape(4, shape.history())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("makes vectors of the shape [3, 64]")
        .hasMessageContaining("language_model.json says [4, 64]");
    assertThatThrownBy(() -> load(new SoftPromptShape(shape.tokens(), 6)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("takes no 6 items");
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> OnnxHistoryEncoder.load(folder, shape, manifest.width()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("soft_prompt.onnx");
  }
}
